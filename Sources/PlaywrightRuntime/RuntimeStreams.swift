import AgentCore
import Glibc
import ProcessService

/// The agent's ends of what connects it with a Node.js process: the channel and both outputs. Used on the thread of the
/// descriptor loop only.
final class RuntimeStreams {
    private let process: Coprocess
    private let loop: DescriptorLoop
    private let handler: @Sendable () -> Void
    private var channel: DescriptorLoop.Watch?
    private var outputs: [Int32: DescriptorLoop.Watch] = [:]
    private var parser: FrameParser
    /// What the channel has not taken yet.
    private var pending: ArraySlice<UInt8> = []
    private var waitsForRoom = false
    private var stdout: CapturedOutput
    private var stderr: CapturedOutput

    /// - Parameter handler: called on the loop's thread whenever `serve` has something to do.
    init(
        _ process: Coprocess, configuration: RuntimeConfiguration, loop: DescriptorLoop,
        handler: @escaping @Sendable () -> Void
    ) throws(AgentError) {
        self.process = process
        self.loop = loop
        self.handler = handler
        parser = FrameParser(bodyLimit: configuration.resultLimit)
        stdout = CapturedOutput(limit: configuration.outputLimit)
        stderr = CapturedOutput(limit: configuration.outputLimit)
        channel = try loop.watch(process.channel) { _ in handler() }
        outputs[process.stdout.rawValue] = try loop.watch(process.stdout) { _ in handler() }
        outputs[process.stderr.rawValue] = try loop.watch(process.stderr) { _ in handler() }
    }

    /// Moves what can be moved now, in both directions. Never waits.
    ///
    /// - Throws: `unavailable` when the other side has closed the channel, `badGateway` when it breaks the protocol.
    func serve() throws(AgentError) -> [Frame] {
        drainOutputs()
        try flush()
        guard parser.read(process.channel) else { throw Self.closed }
        var frames: [Frame] = []
        while let frame = try parser.next() { frames.append(frame) }
        return frames
    }

    /// Throws as `serve`.
    func send(_ frame: Frame) throws(AgentError) {
        pending += frame.bytes
        try flush()
    }

    /// What has been written to stdout and stderr since the last time.
    func takeOutput() -> (stdout: String, stderr: String) {
        drainOutputs()
        return (stdout.take(), stderr.take())
    }

    /// Ends all watching. To be called before the process is released.
    func close() {
        channel.map { loop.unwatch($0) }
        channel = nil
        for watch in outputs.values { loop.unwatch(watch) }
        outputs = [:]
    }

    private static let closed = AgentError.unavailable("Node.js has closed its channel to the agent")

    private func drainOutputs() {
        if !stdout.drain(process.stdout) { unwatchOutput(process.stdout.rawValue) }
        if !stderr.drain(process.stderr) { unwatchOutput(process.stderr.rawValue) }
    }

    private func unwatchOutput(_ descriptor: Int32) {
        outputs.removeValue(forKey: descriptor).map { loop.unwatch($0) }
    }

    private func flush() throws(AgentError) {
        guard !pending.isEmpty else { return }
        let count = pending.withUnsafeBytes {
            Glibc.send(process.channel.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 || errno == EAGAIN || errno == EINTR else { throw Self.closed }
        pending = pending.dropFirst(max(count, 0))
        if pending.isEmpty { pending = [] }
        if waitsForRoom == pending.isEmpty { try watchChannel(forRoom: !pending.isEmpty) }
    }

    private func watchChannel(forRoom: Bool) throws(AgentError) {
        channel.map { loop.unwatch($0) }
        channel = nil
        channel = try loop.watch(process.channel, for: forRoom ? [.readable, .writable] : .readable) { [handler] _ in
            handler()
        }
        waitsForRoom = forRoom
    }
}
