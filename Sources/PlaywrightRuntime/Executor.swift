import AgentCore
import ProcessService

/// Runs calls one at a time, in a Node.js process of its own that it starts when there is none.
actor Executor {
    /// Why a call has been stopped.
    private enum Interruption {
        case deleted, restarted
    }

    nonisolated let name: ExecutorName
    private let launcher: RuntimeLauncher
    private let turns = TurnQueue(width: 1)
    private let createdAt = UnixTime.now
    private var lastUsedAt: UnixTime?
    private var isBusy = false
    private var runtime: NodeRuntime?
    private var interruption: Interruption?
    /// The tab of an executor other than the default one, once it has been opened.
    private(set) var tab: String?

    init(_ name: ExecutorName, launcher: RuntimeLauncher) {
        self.name = name
        self.launcher = launcher
    }

    /// - Parameter url: of `tab`.
    func record(url: (String) -> String?) -> ExecutorRecord {
        ExecutorRecord(
            name: name, isBusy: isBusy, createdAt: createdAt, lastUsedAt: lastUsedAt ?? createdAt, targetID: tab,
            url: tab.flatMap(url))
    }

    /// Runs code when it is its turn.
    ///
    /// - Parameter others: tabs of other executors.
    /// - Throws: `internalError` when Node.js cannot be started, `CancellationError` when the task is cancelled before
    ///   the code was begun. When it is cancelled later, Node.js is killed and the outcome is a failure.
    func execute(_ code: String, others: @Sendable () async -> [String]) async throws -> PlaywrightOutcome {
        try await turns.withTurn {
            try Task.checkCancellation()
            guard interruption != .deleted else { return failure }
            isBusy = true
            lastUsedAt = .now
            defer { isBusy = false }
            let choice = name == .default ? await TabChoice.active(others: others()) : .own(tab)
            return outcome(of: try await usableRuntime().call(choice, code: code))
        }
    }

    /// Ends the process; a call that it runs fails. The next call starts another.
    func restart() async {
        interruption = .restarted
        await runtime?.stop()
    }

    /// Ends the process for good.
    func delete() async {
        interruption = .deleted
        await runtime?.stop()
    }

    private func usableRuntime() async throws -> NodeRuntime {
        if let runtime, await runtime.isUsable { return runtime }
        interruption = nil
        let new = try await launcher.launch()
        runtime = new
        // While it was launched.
        if interruption != nil { await new.stop() }
        return new
    }

    private func outcome(of result: CallResult) -> PlaywrightOutcome {
        var outcome = PlaywrightOutcome(success: false, stdout: result.stdout, stderr: result.stderr)
        switch result.end {
        case .answered(let answer, let body): outcome = self.outcome(of: answer, result: body, of: result)
        case .exited(let status): outcome.error = "the code has ended its Node.js process (\(status.phrase))"
        case .stopped: outcome.error = stopReason
        }
        return outcome
    }

    private func outcome(of answer: AnswerMessage, result: [UInt8], of call: CallResult) -> PlaywrightOutcome {
        if name != .default, let tab = answer.tab { self.tab = tab.targetID }
        let trace = answer.stack.map { call.stderr.isEmpty || call.stderr.hasSuffix("\n") ? $0 : "\n" + $0 } ?? ""
        return PlaywrightOutcome(
            success: answer.success ?? false, result: result.isEmpty ? nil : result, error: answer.error,
            stdout: call.stdout, stderr: call.stderr + trace,
            tab: answer.tab.map { .init(targetID: $0.targetID, created: $0.created) })
    }

    private var failure: PlaywrightOutcome {
        PlaywrightOutcome(success: false, error: stopReason, stdout: "", stderr: "")
    }

    private var stopReason: String {
        switch interruption {
        case .deleted: "the executor \(name) was deleted"
        case .restarted: "the executor \(name) was restarted"
        case nil: "the code was stopped"
        }
    }
}

extension ExitStatus {
    fileprivate var phrase: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
