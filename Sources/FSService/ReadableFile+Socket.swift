import AgentCore
import Glibc

extension ReadableFile {
    /// How much one hop to the pool sends at most, so that a fast client does not keep a thread to itself.
    private static let bytesPerHop: Int64 = 8 * 1024 * 1024

    /// Hands bytes of the file to a socket without copying them through the process (`man 2 sendfile`).
    ///
    /// Reading from the disk happens on the pool, hence never on the thread that serves the socket.
    ///
    /// - Parameters:
    ///   - range: offsets in the file, none beyond `length`.
    ///   - socket: an open stream socket that does not block.
    /// - Returns: how many bytes the socket took; fewer than asked for when it is full, 0 also for a file that can
    ///   only be read in chunks.
    /// - Throws: `conflict` when the file has become too short for `range`; `internalError` when the peer has gone.
    package func send(_ range: Range<Int64>, to socket: SocketDescriptor) async throws -> Int64 {
        guard case .descriptor(let descriptor, _) = source, !range.isEmpty else { return 0 }
        let end = Swift.min(range.upperBound, range.lowerBound + Self.bytesPerHop)
        return try await blocking.run { () throws(AgentError) in
            try sendNow(range.lowerBound..<end, of: descriptor, to: socket)
        }
    }

    private func sendNow(
        _ range: Range<Int64>, of descriptor: Descriptor, to socket: SocketDescriptor
    ) throws(AgentError) -> Int64 {
        var position = off_t(range.lowerBound)
        while position < range.upperBound {
            let count = sendfile(socket.number, descriptor.number, &position, Int(range.upperBound - Int64(position)))
            if count == 0 { throw truncated(at: Int64(position)) }
            if count > 0 || errno == EINTR { continue }
            // The socket is full, or the file system cannot send (`man 2 sendfile`).
            if errno == EAGAIN || errno == EINVAL || errno == ENOSYS { break }
            throw .system(errno: errno, operation: "send", path: path.description)
        }
        return Int64(position) - range.lowerBound
    }
}
