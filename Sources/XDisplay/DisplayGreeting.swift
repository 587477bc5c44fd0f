import AgentCore
import Glibc

/// Finds out within a bounded time whether an X server answers.
///
/// `XOpenDisplay` waits without end for a server that accepts the connection and then says nothing (stopped, or stuck
/// in its start). So the server is first greeted over a socket of ours, with the connection setup of the X11 protocol
/// and a deadline. Any answer will do, a refusal for want of authority included. The socket stays open until `end()`,
/// because a server that loses its last client may reset itself just when the real connection arrives.
///
/// Displays on other hosts are not greeted.
struct DisplayGreeting {
    private static let patience: Int32 = 1000
    /// Little endian, protocol 11.0, no authorisation (X11 protocol, "Connection Setup").
    private static let setup: [UInt8] = [0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    private let descriptor: Int32?

    /// Throws `unavailable` when nothing listens there or nothing is said for a second, `invalidArgument` when the
    /// name is not that of a display.
    init(displayName: String) throws {
        guard let colon = displayName.lastIndex(of: ":"),
            let number = displayName[displayName.index(after: colon)...].prefix(while: { $0 != "." }).asDisplayNumber
        else {
            throw AgentError.invalidArgument("\"\(displayName)\" does not name an X display; \":1\" would")
        }
        guard ["", "unix"].contains(displayName[..<colon]) else {
            descriptor = nil
            return
        }
        let path = "/tmp/.X11-unix/X\(number)"
        guard let socket = Self.connect(to: "\0" + path) ?? Self.connect(to: path) else {
            throw AgentError.unavailable("no X server at \(displayName)", cause: "connect \(path): errno \(errno)")
        }
        guard Self.answers(socket) else {
            Glibc.close(socket)
            throw AgentError.unavailable("the X server at \(displayName) does not answer")
        }
        descriptor = socket
    }

    func end() {
        if let descriptor { Glibc.close(descriptor) }
    }

    private static func connect(to path: String) -> Int32? {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return nil }
        guard connectUnixSocket(descriptor, to: path) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func answers(_ descriptor: Int32) -> Bool {
        guard send(descriptor, setup, setup.count, Int32(MSG_NOSIGNAL)) == setup.count else { return false }
        var answer = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&answer, 1, patience) == 1 && answer.revents & Int16(POLLIN) != 0
    }
}

extension Substring {
    fileprivate var asDisplayNumber: UInt16? { UInt16(self) }
}
