import AgentCore
import AgentTestSupport
import Glibc
import Synchronization

/// An X server that welcomes a client with another server's words and then breaks the connection.
final class DyingServer: Sendable {
    let displayName: String
    private let path: String
    private let listener: Int32
    private let answers = Mutex(0)
    private let isEnding = Mutex(false)

    /// How many clients it has welcomed.
    var answered: Int { answers.withLock { $0 } }

    init(behind number: Int) throws {
        let own = unusedDisplayNumber()
        displayName = ":\(own)"
        path = "/tmp/.X11-unix/X\(own)"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 4) == 0 else {
            throw AgentError.system(errno: errno, operation: "listen on", path: path)
        }
        let context = Unmanaged.passRetained(Context { [self] in serve(behind: "/tmp/.X11-unix/X\(number)") })
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Context>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, context.toOpaque())
        pthread_detach(thread)
    }

    func end() {
        isEnding.withLock { $0 = true }
        shutdown(listener, Int32(SHUT_RDWR))
        unlink(path)
    }

    private func serve(behind real: String) {
        while !isEnding.withLock({ $0 }) {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            welcome(client, with: real)
            close(client)
        }
        close(listener)
    }

    private func welcome(_ client: Int32, with real: String) {
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(upstream) }
        guard Self.withAddress(real, { connect(upstream, $0, $1) }) == 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let asked = read(client, &bytes, bytes.count)
        guard asked > 0, write(upstream, bytes, asked) == asked else { return }
        let answer = read(upstream, &bytes, bytes.count)
        guard answer > 0, send(client, bytes, answer, Int32(MSG_NOSIGNAL)) == answer else { return }
        answers.withLock { $0 += 1 }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private final class Context {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
