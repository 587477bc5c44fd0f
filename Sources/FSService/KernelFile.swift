import AgentCore
import Glibc
import Synchronization

/// A file that is a way to tell the kernel something: under `/proc`, `/sys` and the like, where there are no files of
/// one's own to stage in, and no renames.
///
/// The kernel takes each write as one statement, so all bytes go in one.
final class KernelFile: WriteDestination {
    /// In bytes; the kernel itself takes a page in most places.
    private static let sizeLimit = 1024 * 1024

    private let target: WriteTarget
    private let contents = Mutex<[UInt8]>([])

    let keepsParts = false

    /// `nil` when `target` is no such file, or does not exist.
    init?(_ target: WriteTarget) throws(AgentError) {
        guard PseudoFileSystem.holds(target.directory),
            try SystemCalls.status(of: target.name, in: target.directory, followingLink: false) != nil
        else { return nil }
        self.target = target
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(AgentError) {
        let size = contents.withLock { contents in
            contents.append(contentsOf: bytes)
            return contents.count
        }
        guard size <= Self.sizeLimit else {
            throw AgentError(.tooLarge, "cannot write \(target.path): the kernel takes no more than a page or so")
        }
    }

    func commit() throws(AgentError) {
        let flags = O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NOCTTY
        let file = try SystemCalls.open(
            target.name, in: target.directory, flags, operation: "write", shownAs: target.path)
        defer { file.close() }
        let bytes = contents.withLock { $0 }
        let written = try SystemCalls.check("write", target.path) { Glibc.write(file.number, bytes, bytes.count) }
        guard written == bytes.count else {
            throw .invalidArgument("cannot write \(target.path): the kernel took \(written) of \(bytes.count) bytes")
        }
    }

    func discard() {}
}
