import AgentCore
import Glibc
import Synchronization

/// A real X server of the test's own, on a display nobody else uses.
package final class XvfbFixture: Sendable {
    package static let isInstalled = ChildProcess.isInstalled("Xvfb")

    /// The number of the display, for example 3.
    package let number: Int
    /// As in `DISPLAY`, for example ":3".
    package var displayName: String { ":\(number)" }
    private let screen: String
    private let server: Mutex<ChildProcess?>

    /// Runs `body` with a server that is ended afterwards, whatever happens.
    ///
    /// - Parameter screen: width, height and depth, as Xvfb takes them.
    package static func with<Result>(
        screen: String = "800x600x24", _ body: (XvfbFixture) async throws -> Result
    ) async throws -> Result {
        let fixture = try await XvfbFixture(screen: screen)
        defer { fixture.kill(signal: SIGTERM) }
        return try await body(fixture)
    }

    private init(screen: String) async throws {
        number = unusedDisplayNumber()
        self.screen = screen
        server = Mutex(try await Self.start(screen: screen, number: number))
    }

    /// Ends the server, by default without giving it a chance to say goodbye.
    package func kill(signal: Int32 = SIGKILL) {
        server.withLock { server in
            guard let process = server else { return }
            process.end(signal: signal)
            server = nil
            unlink("/tmp/.X\(number)-lock")
            unlink("/tmp/.X11-unix/X\(number)")
        }
    }

    /// Stops (`SIGSTOP`) or continues (`SIGCONT`) the server.
    package func send(_ signal: Int32) {
        server.withLock { server in
            if let server { _ = Glibc.kill(server.pid, signal) }
        }
    }

    /// Starts a server on the same display again, after `kill`.
    package func restart(screen: String? = nil) async throws {
        let process = try await Self.start(screen: screen ?? self.screen, number: number)
        server.withLock { $0 = process }
    }

    private static func start(screen: String, number: Int) async throws -> ChildProcess {
        let options = ["-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        return try await startDisplayServer(["Xvfb", ":\(number)"] + options).process
    }
}
