import AgentCore
import Glibc

/// Bytes for the middle or the end of a file that is there: what has arrived is in the file, whatever comes after.
///
/// Two of them at once on one file are two writers on one file: whoever is later wins, byte by byte.
struct PartialWrite: WriteDestination {
    private let target: WriteTarget
    private let file: Descriptor
    private let isTruncating: Bool
    private let options: WriteOptions

    var keepsParts: Bool { true }

    /// Opens the file; creates it if it is missing and `offset` is 0.
    ///
    /// - Throws: `conflict`, naming the size, when `offset` is behind the end; `notFound`.
    init(
        into target: WriteTarget, from offset: Int64, truncating: Bool, _ options: WriteOptions
    ) throws(AgentError) {
        self.target = target
        self.options = options
        isTruncating = truncating
        file = try Self.open(target, offset: offset, mode: options.mode ?? .newFile)
        let status = try SystemCalls.status(of: file, path: target.path)
        guard FileKind(mode: status.st_mode) == .regular else {
            throw .invalidArgument("cannot write \(target.path): it is not a regular file")
        }
        guard offset <= Int64(status.st_size) else {
            let message = "it has \(status.st_size) bytes; begin there or before"
            throw .conflict("cannot write \(target.path) from \(offset) on: \(message)")
        }
        try SystemCalls.check("write", target.path) { lseek(file.number, off_t(offset), SEEK_SET) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(AgentError) {
        try options.diskFloor.check(bytes.count, on: file, path: target.path)
        try SystemCalls.write(file, from: bytes, path: target.path)
    }

    func commit() throws(AgentError) {
        if isTruncating {
            try SystemCalls.check("cut", target.path) { ftruncate(file.number, lseek(file.number, 0, SEEK_CUR)) }
        }
        if let mode = options.mode {
            try SystemCalls.check("set the mode of", target.path) { fchmod(file.number, mode.rawValue) }
        }
        if options.isDurable {
            try SystemCalls.check("write", target.path) { fsync(file.number) }
            try target.syncNames()
        }
        discard()
    }

    func discard() {
        file.close()
    }

    private static func open(
        _ target: WriteTarget, offset: Int64, mode: FileMode
    ) throws(AgentError) -> Descriptor {
        // O_NONBLOCK: should a FIFO have taken the file's place by now, this does not wait for a reader.
        let flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        do throws(AgentError) {
            return try SystemCalls.open(
                target.name, in: target.directory, flags, operation: "write", shownAs: target.path)
        } catch let error where error.code == .notFound && offset == 0 {
            let file = try SystemCalls.open(
                target.name, in: target.directory, flags | O_CREAT, mode: mode, operation: "write",
                shownAs: target.path)
            try SystemCalls.check("set the mode of", target.path) { fchmod(file.number, mode.rawValue) }
            return file
        }
    }
}
