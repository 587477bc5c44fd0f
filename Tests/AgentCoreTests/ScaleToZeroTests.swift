import AgentCore
import AgentTestSupport
import Glibc
import Synchronization
import Testing

@Suite struct ScaleToZeroTests {
    private let files: ScratchFiles
    private let orders: OwnedFIFO

    init() throws {
        files = try ScratchFiles()
        orders = try OwnedFIFO(files.path("control"))
    }

    private func scaleToZero(cooldown: Duration) throws -> ScaleToZero {
        try ScaleToZero(controlFile: files.path("control"), cooldown: cooldown)
    }

    @Test func `the platform is told once, however many hold`() async throws {
        let scaleToZero = try scaleToZero(cooldown: .zero)
        var holds = [try await scaleToZero.hold(), try await scaleToZero.hold()]
        #expect(orders.text == "+")
        holds.removeLast()
        try await Task.sleep(for: .milliseconds(20))
        #expect(orders.text == "+")
        holds.removeLast()
        #expect(await eventually { orders.text == "+-" })
    }

    @Test func `a hold within the cool-down keeps the machine awake`() async throws {
        let scaleToZero = try scaleToZero(cooldown: .milliseconds(200))
        for _ in 0..<5 {
            _ = try await scaleToZero.hold()
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(orders.text == "+")
        #expect(await eventually { orders.text == "+-" })
    }

    @Test func `who takes hold while the machine is let go has it stay awake`() async throws {
        let scaleToZero = try scaleToZero(cooldown: .zero)
        for _ in 0..<200 {
            let hold = try await scaleToZero.hold()
            withExtendedLifetime(hold) { #expect(orders.text.last == "+") }
        }
        #expect(await eventually { orders.text.last == "-" })
        #expect(orders.text.count { $0 == "+" } == orders.text.count { $0 == "-" })
    }

    @Test func `a pin that cannot be told is not set`() async throws {
        let scaleToZero = try ScaleToZero(controlFile: files.directory, cooldown: .zero)
        await #expect(throws: AgentError.self) { try await scaleToZero.pin() }
        await #expect(throws: AgentError.self) { _ = try await scaleToZero.hold() }
    }
}

/// Collects what is written to a named pipe.
private final class OwnedFIFO: Sendable {
    private let descriptor: OwnedDescriptor
    private let collected = Mutex("")

    init(_ path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw AgentError.system(errno: errno, operation: "make", path: path) }
        descriptor = OwnedDescriptor(owning: open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC))
    }

    var text: String {
        collected.withLock { text in
            var buffer = [UInt8](repeating: 0, count: 1000)
            let count = read(descriptor.rawValue, &buffer, buffer.count)
            text += String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
            return text
        }
    }
}
