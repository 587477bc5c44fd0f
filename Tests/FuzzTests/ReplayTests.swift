import Glibc
import Testing
import XInput

@Suite("what the fuzzer starts from, and what it has found")
struct ReplayTests {
    /// How long the inputs of one target are changed at random: this is no fuzzing, but shows that it could go on.
    private static let patience = Duration.milliseconds(60)

    @Test("holds for every input that is kept", arguments: FuzzTarget.all)
    func known(target: FuzzTarget) throws {
        let inputs = try Corpus(of: target).inputs
        #expect(inputs.contains { $0.path.contains("/seeds/") }, "there are no seeds for \(target.name)")
        for input in inputs {
            #expect(throws: Never.self, "\(input.path)") { try target.run(input.bytes) }
        }
    }

    @Test("holds for inputs changed at random", arguments: FuzzTarget.all)
    func mutated(target: FuzzTarget) throws {
        let inputs = try Corpus(of: target).inputs
        var random = SeededRandom(seed: 8)
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            let changed = Self.changed(inputs.randomElement(using: &random)?.bytes ?? [], using: &random)
            #expect(throws: Never.self, "\(changed)") { try target.run(changed) }
        }
    }

    /// A few bytes set, left out, doubled, or replaced by ones that mean something to most parsers.
    private static func changed(_ input: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var bytes = input
        let telling: [UInt8] = [0, 0x0A, 0x20, 0x22, 0x2D, 0x2E, 0x2F, 0x30, 0x5C, 0x7B, 0x7F, 0x80, 0xFF]
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: bytes.indices, using: &random)
            let range = position..<min(bytes.count, position + .random(in: 1...16, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(range)
            case 1: bytes.insert(contentsOf: bytes[range], at: position)
            case 2: bytes.removeSubrange(position...)
            case 3: bytes[position] = telling.randomElement(using: &random) ?? 0
            default: bytes[position] = .random(in: 0...255, using: &random)
            }
        }
        return bytes
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    var testDescription: String { name }
}

/// The inputs of a target that are kept, one a file: `seeds` to start from, and those that were `found` to break
/// something that has been mended since.
private struct Corpus {
    let inputs: [(path: String, bytes: [UInt8])]

    init(of target: FuzzTarget, testFile: String = #filePath) throws {
        let root = testFile.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()
        inputs = try ["seeds", "found"].flatMap { folder in
            let directory = "\(root)/Fuzz/\(target.name)/\(folder)"
            return try Self.names(in: directory).map { ("\(directory)/\($0)", try Self.content("\(directory)/\($0)")) }
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func content(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"), "\(path) cannot be read")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return bytes
    }
}
