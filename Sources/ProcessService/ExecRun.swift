import AgentCore

/// One `exec` from the child's birth to the answer. Runs on the thread of a descriptor loop.
actor ExecRun {
    /// What an answer waits for, and for how long.
    struct Terms {
        let started: ContinuousClock.Instant
        let timeout: Duration?
        /// How much is kept of stdout, and how much of stderr, in bytes.
        let outputLimit: Int
        /// Between SIGTERM and SIGKILL, once an answer has been given without the child's end.
        let terminationGrace: Duration
    }

    /// How long output may come after the child's exit, from grandchildren that hold its pipes.
    private static let lingerAfterExit = Duration.milliseconds(250)

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: DescriptorLoop
    private let terms: Terms
    private let stdout: OutputCapture
    private let stderr: OutputCapture
    /// `nil` until it has been born.
    private var child: ChildProcess?
    private var status: ExitStatus?
    private var timers: [DescriptorLoop.Timer] = []
    private var continuation: CheckedContinuation<ExecResult, any Error>?
    private var isCancelled = false

    init(terms: Terms, loop: DescriptorLoop) {
        self.terms = terms
        self.loop = loop
        stdout = OutputCapture(.stdout, limit: terms.outputLimit)
        stderr = OutputCapture(.stderr, limit: terms.outputLimit)
    }

    /// Starts the command, and waits for its end and that of its output. To be called once.
    ///
    /// Outside the actor, so that a call goes to the loop's thread and back only once: a change of threads costs more
    /// than most of what is done here.
    ///
    /// - Throws: what starting it throws, `timeout` at the deadline, `tooLarge` beyond the output limit,
    ///   `CancellationError` when the task is cancelled. In each case the child's process group is being ended.
    nonisolated func outcome(of command: Command, by launcher: ProcessLauncher) async throws -> ExecResult {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.schedule(after: .zero) {
                    self.assumeIsolated { $0.begin(command, by: launcher, answering: continuation) }
                }
            }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.cancel() } }
        }
    }

    private func begin(
        _ command: Command, by launcher: ProcessLauncher,
        answering continuation: CheckedContinuation<ExecResult, any Error>
    ) {
        self.continuation = continuation
        do {
            if isCancelled { throw CancellationError() }
            let newborn = try launcher.exec(command, on: loop)
            child = newborn.child
            try newborn.child.assumeIsolated { child in
                try child.supervise { [self] status in assumeIsolated { $0.childExited(status) } }
            }
            try stdout.start(newborn.stdout, on: loop) { [self] in assumeIsolated { $0.read($0.stdout) } }
            try stderr.start(newborn.stderr, on: loop) { [self] in assumeIsolated { $0.read($0.stderr) } }
        } catch {
            return fail(error)
        }
        if let timeout = terms.timeout {
            let remaining = timeout - (.now - terms.started)
            schedule(after: remaining) { $0.fail($0.timedOut(after: timeout)) }
        }
    }

    private func cancel() {
        isCancelled = true
        fail(CancellationError())
    }

    private func read(_ capture: OutputCapture) {
        switch capture.read() {
        case .open: break
        case .ended:
            capture.stop()
            finishIfComplete()
        case .overLimit:
            child?.assumeIsolated { $0.kill() }
            fail(Self.tooMuchOutput(capture))
        }
    }

    private func childExited(_ status: ExitStatus) {
        guard continuation != nil else { return stopReading() }
        self.status = status
        schedule(after: Self.lingerAfterExit) { $0.finish(status) }
        finishIfComplete()
    }

    private func finishIfComplete() {
        guard let status, !stdout.isWatched, !stderr.isWatched else { return }
        finish(status)
    }

    private func finish(_ status: ExitStatus) {
        stopReading()
        answer(
            .success(
                ExecResult(status: status, stdout: stdout.bytes, stderr: stderr.bytes, duration: .now - terms.started)))
    }

    /// Answers at once and ends the command. It may still write until its end: a closed pipe would be the death of a
    /// program that cleans up.
    private func fail(_ error: any Error) {
        stdout.discard()
        stderr.discard()
        child?.assumeIsolated { $0.terminate(grace: terms.terminationGrace) }
        answer(.failure(error))
    }

    private func stopReading() {
        stdout.stop()
        stderr.stop()
    }

    /// Gives the one answer; a later one is dropped.
    private func answer(_ result: Result<ExecResult, any Error>) {
        guard let continuation else { return }
        self.continuation = nil
        for timer in timers { loop.cancel(timer) }
        timers = []
        continuation.resume(with: result)
    }

    private func schedule(after delay: Duration, action: @escaping @Sendable (isolated ExecRun) -> Void) {
        guard continuation != nil else { return }
        timers.append(loop.schedule(after: delay) { [self] in assumeIsolated(action) })
    }

    private func timedOut(after timeout: Duration) -> AgentError {
        AgentError(
            .timeout, "the command did not end within \(timeout) and was ended",
            details: [
                "stdout_b64": .string(Base64.text(stdout.bytes)), "stderr_b64": .string(Base64.text(stderr.bytes)),
                "duration_ms": .integer(Int64((.now - terms.started) / Duration.milliseconds(1))),
            ])
    }

    private static func tooMuchOutput(_ capture: OutputCapture) -> AgentError {
        AgentError(
            .tooLarge,
            "the command wrote more than \(capture.limit) bytes to \(capture.stream.rawValue) and was killed; redirect "
                + "it to a file")
    }
}
