#if FUZZING
    import Glibc

    /// libFuzzer's own loop (`FuzzerInterface.h`): reads the options from the arguments, and calls `oneInput` for each input.
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runFuzzer(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ oneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    /// The target to fuzz, by its name in the environment.
    private let target: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            preconditionFailure("set FUZZ_TARGET to one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        }
        return target
    }()

    /// What libFuzzer calls for each input, by this name too (`FuzzerInterface.h`).
    @_cdecl("LLVMFuzzerTestOneInput")
    func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
        do {
            try target.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
        } catch {
            preconditionFailure("\(error)")
        }
        return 0
    }

    /// Where the program begins: the package manager has the executable start at this name.
    @_cdecl("FuzzTests_main")
    func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
        var (count, arguments) = (count, arguments)
        if count == 2, let word = arguments?[1], strcmp(word, "--list") == 0 {
            for target in FuzzTarget.all { puts(target.name) }
            return 0
        }
        return runFuzzer(&count, &arguments, fuzzOneInput)
    }
#endif
