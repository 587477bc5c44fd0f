import AgentCore
import Glibc

/// An open log file. Stays readable when its name goes to another file.
final class LogFile: Sendable {
    /// What tells files apart, whatever they are called.
    struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// How much is read at once, in bytes.
    static let chunkSize = 64 * 1024

    let identity: Identity
    /// Whether the file's size means something. It does not for those that the kernel makes up as they are read.
    let hasSize: Bool
    private let descriptor: OwnedDescriptor
    private let path: String

    /// Opens a regular file for reading.
    ///
    /// - Throws: `notFound`, or another `AgentError` when it cannot be opened or is a directory, a pipe or a device.
    init(_ path: String) throws(AgentError) {
        // Looked at before it is opened: opening a device may do something.
        try Self.requireRegular(Self.status(path: path), path: path)
        let number = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: path) }
        descriptor = OwnedDescriptor(owning: number)
        self.path = path
        var status = stat()
        guard fstat(number, &status) == 0 else { throw AgentError.system(errno: errno, operation: "stat", path: path) }
        try Self.requireRegular(status, path: path)
        identity = Identity(device: status.st_dev, inode: status.st_ino)
        hasSize = status.st_size > 0 || !Self.readsBeyondSize(number)
    }

    /// Whether a file that says it is empty has content, and says so still.
    private static func readsBeyondSize(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        var status = stat()
        return pread(descriptor, &byte, 1, 0) == 1 && fstat(descriptor, &status) == 0 && status.st_size == 0
    }

    /// Names this very file, whatever its directory entry is by now (`man 5 proc`).
    var descriptorPath: String { "/proc/self/fd/\(descriptor.rawValue)" }

    /// Zero for files that the kernel makes up as they are read.
    func size() throws(AgentError) -> Int64 {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            throw AgentError.system(errno: errno, operation: "stat", path: path)
        }
        return Int64(status.st_size)
    }

    /// Gives `body` the bytes from `offset` on, a chunk of them; none at the end of the file.
    func read<Result>(
        from offset: Int64, body: (UnsafeRawBufferPointer) -> Result
    ) throws(AgentError) -> Result {
        let (result, error) = withUnsafeTemporaryAllocation(
            byteCount: Self.chunkSize, alignment: 16
        ) { buffer -> (Result?, Int32) in
            let count = pread(descriptor.rawValue, buffer.baseAddress, buffer.count, off_t(offset))
            guard count >= 0 else { return (nil, errno) }
            return (body(UnsafeRawBufferPointer(rebasing: buffer.prefix(count))), 0)
        }
        guard let result else { throw AgentError.system(errno: error, operation: "read", path: path) }
        return result
    }

    private static func status(path: String) throws(AgentError) -> stat {
        var status = stat()
        guard stat(path, &status) == 0 else { throw AgentError.system(errno: errno, operation: "open", path: path) }
        return status
    }

    private static func requireRegular(_ status: stat, path: String) throws(AgentError) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw .invalidArgument("cannot read lines from \(path): it is a directory")
        default: throw .invalidArgument("cannot read lines from \(path): it is not a regular file")
        }
    }
}
