import AgentCore
import FoundationEssentials
import ProcessService

/// One Node.js process that runs calls, one at a time, until it ends or is killed.
///
/// Runs on the thread of a descriptor loop, which keeps it alive until the process has ended.
actor NodeRuntime {
    private enum Phase {
        /// To `starting` by `start`.
        case new
        /// To `idle` by the first message.
        case starting(CheckedContinuation<Void, any Error>)
        /// To `calling` by `call`.
        case idle
        /// Back to `idle` by the answer.
        case calling(CheckedContinuation<CallResult, Never>)
        /// From any other by the process's end.
        case ended(ExitStatus)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: DescriptorLoop
    private let process: Coprocess
    private let configuration: RuntimeConfiguration
    private var streams: RuntimeStreams?
    private var phase = Phase.new
    private var isStopping = false
    private var lastID = 0

    init(_ process: Coprocess, configuration: RuntimeConfiguration, loop: DescriptorLoop) {
        self.process = process
        self.configuration = configuration
        self.loop = loop
    }

    /// Whether the process takes calls.
    var isUsable: Bool {
        if case .ended = phase { false } else { !isStopping }
    }

    /// Hands over the program and returns once it waits for calls. To be called once, soon after the process's birth.
    ///
    /// - Throws: `internalError` with what Node.js says when it does not come to that, `CancellationError`. The process
    ///   is gone then, or about to go.
    func start() async throws {
        try process.supervise { [self] status in assumeIsolated { $0.exited(status) } }
        do {
            streams = try RuntimeStreams(process, configuration: configuration, loop: loop) { [self] in
                assumeIsolated { $0.serve() }
            }
            let first = StartMessage(configuration)
            try streams?.send(Frame(first, body: NodeProgram.source))
        } catch {
            stop()
            throw error
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                phase = .starting(continuation)
                if Task.isCancelled { stop() }
            }
        } onCancel: {
            stopFromElsewhere()
        }
    }

    /// Runs a call and waits for its end. Not to be called before the last one has ended.
    ///
    /// Cancelling the task kills the process: nothing else stops code that never waits.
    func call(_ call: TabChoice, code: String) async throws -> CallResult {
        if case .ended(let status) = phase { return result(.exited(status)) }
        lastID += 1
        let frame = try Frame(CallMessage(id: lastID, call), body: code)
        // What was written since the last call belongs to none.
        _ = streams?.takeOutput()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                phase = .calling(continuation)
                if Task.isCancelled { return stop() }
                do { try streams?.send(frame) } catch { process.kill() }
            }
        } onCancel: {
            stopFromElsewhere()
        }
    }

    /// Kills the process; a call that it runs ends as `stopped`.
    func stop() {
        if case .ended = phase { return }
        isStopping = true
        process.kill()
    }

    private nonisolated func stopFromElsewhere() {
        loop.schedule(after: .zero) { self.assumeIsolated { $0.stop() } }
    }

    /// Code can reach the channel: whatever does not belong there ends the process, as its closing does.
    private func serve() {
        do {
            for frame in try streams?.serve() ?? [] {
                take(try JSONDecoder().decode(AnswerMessage.self, from: Data(frame.header)), result: frame.body)
            }
        } catch {
            streams?.close()
            process.kill()
        }
    }

    private func take(_ message: AnswerMessage, result body: [UInt8]) {
        switch phase {
        case .starting(let continuation) where message.ready == true:
            phase = .idle
            continuation.resume()
        case .calling(let continuation) where message.id == lastID:
            phase = .idle
            continuation.resume(returning: result(.answered(message, result: body)))
        case .new, .starting, .idle, .calling, .ended: break
        }
    }

    private func exited(_ status: ExitStatus) {
        let last = phase
        phase = .ended(status)
        switch last {
        case .starting(let continuation): continuation.resume(throwing: startFailure(status))
        case .calling(let continuation): continuation.resume(returning: result(isStopping ? .stopped : .exited(status)))
        case .new, .idle, .ended: break
        }
        streams?.close()
        streams = nil
    }

    private func startFailure(_ status: ExitStatus) -> any Error {
        if isStopping { return CancellationError() }
        let said = result(.exited(status)).stderr.suffix(2000)
        return AgentError.internalError("Node.js has ended while it loaded Playwright: \(said)", cause: "\(status)")
    }

    private func result(_ end: CallResult.End) -> CallResult {
        let output = streams?.takeOutput() ?? (stdout: "", stderr: "")
        return CallResult(end: end, stdout: output.stdout, stderr: output.stderr)
    }
}
