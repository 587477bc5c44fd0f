import AgentCore
import Glibc

/// A connection to a Unix socket that blocks, ten seconds at most for each call.
struct UnixConnection: ~Copyable {
    private static let patience = timeval(tv_sec: 10, tv_usec: 0)

    private let descriptor: Int32
    private let path: String

    /// Throws `unavailable` when nobody listens there.
    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw AgentError.system(errno: errno, operation: "open a socket to", path: path) }
        var patience = Self.patience
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connectUnixSocket(descriptor, to: path) == 0 else {
            throw AgentError.unavailable(
                "supervisord does not listen at \(path): run the agent under supervisord, or set SUPERVISOR_SOCKET",
                cause: "errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw failure() }
            rest = rest.dropFirst(count)
        }
    }

    func readToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failure() }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    private func failure() -> AgentError {
        .unavailable("supervisord at \(path) does not answer; try again in a moment", cause: "errno \(errno)")
    }
}
