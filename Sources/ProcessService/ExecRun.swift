import AgentCore

/// One `exec` from the child's birth to the answer. Runs on the thread of the descriptor loop.
actor ExecRun {
    /// What an answer waits for, and for how long.
    struct Terms {
        let started: ContinuousClock.Instant
        let timeout: Duration?
        /// Between SIGTERM and SIGKILL, once an answer has been given without the child's end.
        let terminationGrace: Duration
    }

    /// How long output may come after the child's exit, from grandchildren that hold its pipes.
    private static let lingerAfterExit = Duration.milliseconds(250)

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: DescriptorLoop
    private let child: ChildProcess
    private let stdout: OutputCapture
    private let stderr: OutputCapture
    private let terms: Terms
    private var status: ExitStatus?
    private var timers: [DescriptorLoop.Timer] = []
    private var continuation: CheckedContinuation<ExecResult, any Error>?

    init(
        _ child: ChildProcess, stdout: consuming OwnedDescriptor, stderr: consuming OwnedDescriptor,
        outputLimit: Int, terms: Terms, loop: DescriptorLoop
    ) {
        self.child = child
        self.stdout = OutputCapture(stdout, limit: outputLimit)
        self.stderr = OutputCapture(stderr, limit: outputLimit)
        self.terms = terms
        self.loop = loop
    }

    /// Waits for the end of the child and of its output. To be called once.
    ///
    /// - Throws: `timeout` at the deadline, `tooLarge` beyond the output limit, `CancellationError` when the task is
    ///   cancelled. In each case the child's process group is being ended.
    func outcome() async throws -> ExecResult {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin($0) }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.fail(CancellationError()) } }
        }
    }

    private func begin(_ continuation: CheckedContinuation<ExecResult, any Error>) {
        self.continuation = continuation
        do {
            try child.assumeIsolated { child in
                try child.supervise { [self] status in assumeIsolated { $0.childExited(status) } }
            }
            for stream in [OutputStream.stdout, .stderr] {
                try capture(stream).start(on: loop) { [self] in assumeIsolated { $0.read(stream) } }
            }
        } catch {
            fail(error)
        }
        if let timeout = terms.timeout {
            let remaining = timeout - (.now - terms.started)
            schedule(after: remaining) { $0.fail($0.timedOut(after: timeout)) }
        }
    }

    private func read(_ stream: OutputStream) {
        switch capture(stream).read() {
        case .open: break
        case .ended:
            capture(stream).stop(on: loop)
            finishIfComplete()
        case .overLimit:
            child.assumeIsolated { $0.kill() }
            fail(Self.tooMuchOutput(stream, limit: capture(stream).limit))
        }
    }

    private func childExited(_ status: ExitStatus) {
        self.status = status
        schedule(after: Self.lingerAfterExit) { $0.finish(status) }
        finishIfComplete()
    }

    private func finishIfComplete() {
        guard let status, !stdout.isWatched, !stderr.isWatched else { return }
        finish(status)
    }

    private func finish(_ status: ExitStatus) {
        answer(
            .success(
                ExecResult(status: status, stdout: stdout.bytes, stderr: stderr.bytes, duration: .now - terms.started)))
    }

    private func fail(_ error: any Error) {
        child.assumeIsolated { $0.terminate(grace: terms.terminationGrace) }
        answer(.failure(error))
    }

    /// Gives the one answer; what comes later is too late.
    private func answer(_ result: Result<ExecResult, any Error>) {
        guard let continuation else { return }
        self.continuation = nil
        stdout.stop(on: loop)
        stderr.stop(on: loop)
        for timer in timers { loop.cancel(timer) }
        timers = []
        continuation.resume(with: result)
    }

    private func schedule(after delay: Duration, action: @escaping @Sendable (isolated ExecRun) -> Void) {
        guard continuation != nil else { return }
        timers.append(loop.schedule(after: delay) { [self] in assumeIsolated(action) })
    }

    private func capture(_ stream: OutputStream) -> OutputCapture {
        switch stream {
        case .stdout: stdout
        case .stderr: stderr
        }
    }

    private func timedOut(after timeout: Duration) -> AgentError {
        AgentError(
            .timeout, "the command did not end within \(timeout) and was ended",
            details: [
                "stdout_b64": .string(Base64.text(stdout.bytes)), "stderr_b64": .string(Base64.text(stderr.bytes)),
                "duration_ms": .integer(Int64((.now - terms.started) / Duration.milliseconds(1))),
            ])
    }

    private static func tooMuchOutput(_ stream: OutputStream, limit: Int) -> AgentError {
        AgentError(
            .tooLarge,
            "the command wrote more than \(limit) bytes to \(stream.rawValue) and was killed; redirect it to a file")
    }
}
