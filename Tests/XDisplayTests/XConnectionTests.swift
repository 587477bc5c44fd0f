import AgentCore
import AgentTestSupport
import CX11
import Glibc
import Testing
import XDisplay

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct XConnectionTests {
    private final class Session {
        let display: OpaquePointer
        init(display: OpaquePointer) { self.display = display }

        func size() throws -> ScreenSize { try ScreenSize(ofRoot: XDefaultRootWindow(display), on: display) }
    }

    private func connection(to displayName: String) -> XConnection<Session> {
        XConnection(displayName: displayName) { Session(display: $0) }
    }

    private func size(over connection: XConnection<Session>) throws -> ScreenSize {
        try connection.withSession { try $0.size() }
    }

    private func code(_ body: () throws -> Void) -> AgentError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? AgentError)?.code
        }
    }

    @Test func `nothing listening is told at once`() {
        let start = ContinuousClock.now
        #expect(code { _ = try connection(to: ":59999").withSession { try $0.size() } } == .unavailable)
        #expect(ContinuousClock.now - start < .milliseconds(500))
    }

    @Test func `a name that is no display is refused`() {
        #expect(code { try connection(to: "screen").withSession { _ in } } == .invalidArgument)
        #expect(code { try connection(to: ":one").withSession { _ in } } == .invalidArgument)
    }

    @Test func `the server dies and comes back, many times, and nothing leaks`() async throws {
        try await XvfbFixture.with { xvfb in
            let connection = connection(to: xvfb.displayName)
            #expect(try size(over: connection) == ScreenSize(width: 800, height: 600))
            let descriptors = openDescriptors()
            for round in 0..<8 {
                xvfb.kill()
                #expect(code { _ = try size(over: connection) } == .unavailable)
                #expect(code { _ = try size(over: connection) } == .unavailable)
                try await xvfb.restart(screen: "\(640 + round)x480x24")
                #expect(try size(over: connection) == ScreenSize(width: 640 + round, height: 480))
            }
            #expect(openDescriptors() <= descriptors + 1)
        }
    }

    @Test func `a server that dies during a call is told, and the next call recovers`() async throws {
        try await XvfbFixture.with { xvfb in
            let connection = connection(to: xvfb.displayName)
            let failure = code {
                try connection.withSession { session in
                    xvfb.kill()
                    XSync(session.display, 0)
                }
            }
            #expect(failure == .unavailable)
            try await xvfb.restart()
            #expect(try size(over: connection).width == 800)
        }
    }

    @Test func `a refused request is an error of that call only`() async throws {
        try await XvfbFixture.with { xvfb in
            let connection = connection(to: xvfb.displayName)
            let failure = code {
                try connection.withSession { session in
                    XDestroyWindow(session.display, 0x7fff_fff0)
                    XSync(session.display, 0)
                }
            }
            #expect(failure == .internalError)
            let height = try size(over: connection).height
            #expect(height == 600)
        }
    }

    @Test func `a stopped server costs a second, not for ever`() async throws {
        try await XvfbFixture.with { xvfb in
            xvfb.send(SIGSTOP)
            defer { xvfb.send(SIGCONT) }
            let start = ContinuousClock.now
            #expect(code { try connection(to: xvfb.displayName).withSession { _ in } } == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }

    @Test func `a server that dies while the connection is being made does not end the process`() async throws {
        try await XvfbFixture.with { xvfb in
            let dying = try DyingServer(behind: xvfb.number)
            defer { dying.end() }
            for _ in 0..<3 {
                #expect(code { try connection(to: dying.displayName).withSession { _ in } } == .unavailable)
            }
            #expect(dying.answered >= 3)
        }
    }

    @Test(.enabled(if: ProcessMemory.isOurs, "the address sanitizer keeps freed memory"))
    func `reopening a hundred times leaks neither descriptors nor memory`() async throws {
        try await XvfbFixture.with { xvfb in
            for _ in 0..<20 { try connection(to: xvfb.displayName).withSession { _ = try $0.size() } }
            let (descriptors, memory) = (openDescriptors(), try ProcessMemory.resident())
            for _ in 0..<100 { try connection(to: xvfb.displayName).withSession { _ = try $0.size() } }
            #expect(openDescriptors() <= descriptors + 1)
            #expect(try ProcessMemory.resident() < memory + 4_000_000)
        }
    }
}

private func openDescriptors() -> Int {
    (0..<1024).count { fcntl($0, F_GETFD) != -1 }
}
