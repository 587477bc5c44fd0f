import AgentCore
import Glibc
import NIOCore

extension FileSystemService {
    /// Opens a file to be sent. Links are followed.
    ///
    /// Never hangs: what is not a regular file is refused before it is opened, for opening is itself a deed to a FIFO
    /// (it wakes a writer) or a device (it arms a watchdog).
    ///
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for a directory, FIFO, socket or device.
    ///
    /// - Parameter isGrowing: whether more is written to the file: then it has no `length`, and ``ReadableFile/chunk(at:limit:)``
    ///   gives whatever there is by then.
    package func openForReading(_ path: FilePath, isGrowing: Bool = false) async throws -> ReadableFile {
        try await blocking.run { [blocking] () throws(AgentError) in
            try Self.requireRegular(SystemCalls.status(of: path, followingLink: true), path: path)
            // Should a FIFO have taken the file's place by now, O_NONBLOCK keeps the open from waiting for a writer. It
            // stays set: some files of /proc are regular and still wait for more to come.
            let descriptor = try SystemCalls.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            let now = UnixTime.now
            let status = try SystemCalls.status(of: descriptor, path: path)
            try Self.requireRegular(status, path: path)
            let source: ReadableFile.Source =
                isGrowing
                ? .descriptor(descriptor, length: nil)
                : try Self.beginning(of: descriptor, announced: Int64(status.st_size), path: path)
            return ReadableFile(
                path: path, version: FileVersion(status: status, now: now), source: source, blocking: blocking)
        }
    }

    private static func requireRegular(_ status: stat?, path: FilePath) throws(AgentError) {
        guard let status else { throw .system(errno: ENOENT, operation: "open", path: path.description) }
        let kind = FileKind(mode: status.st_mode)
        guard kind == .regular else {
            throw .invalidArgument("cannot read \(path): it is \(kind.phrase), not a regular file")
        }
    }

    /// A file that fits into one chunk is read at once: that saves a hop and shows its true length, which `/proc` and
    /// `/sys` do not announce (0 and 4096).
    private static func beginning(
        of descriptor: Descriptor, announced: Int64, path: FilePath
    ) throws(AgentError) -> ReadableFile.Source {
        guard announced < chunkSize else { return .descriptor(descriptor, length: announced) }
        let chunk = try ReadableFile.chunk(of: descriptor, at: 0, limit: chunkSize, path: path)
        if chunk.readableBytes < chunkSize { return .contents(chunk) }
        return .descriptor(descriptor, length: announced == 0 ? nil : announced)
    }
}
