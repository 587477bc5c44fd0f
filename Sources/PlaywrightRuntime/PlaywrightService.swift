package import AgentCore
package import ProcessService
import Synchronization

/// Runs clients' Playwright code in the machine, beside the browser.
///
/// Code runs in executors: Node.js processes that stay, with the library loaded and a connection to Chromium open, so
/// that a call takes a few milliseconds. A process is started by the first call that needs it. One thread serves all of
/// them; the agent speaks with each over a private socket and reads its standard streams.
///
/// Nothing but the end of a process stops code that never waits, so that is what ends a call that runs out of its time.
package final class PlaywrightService: Sendable {
    private struct Executors {
        var named: [Executor] = []
        var isClosed = false
    }

    private let configuration: RuntimeConfiguration
    private let tabs: BrowserTabs
    private let launcher: RuntimeLauncher
    private let defaultExecutor: Executor
    private let executors = Mutex(Executors())

    /// Starts nothing yet.
    ///
    /// - Throws: `AgentError` when the process is out of descriptors.
    package init(
        _ configuration: RuntimeConfiguration, processes: ProcessService, tabs: BrowserTabs
    ) throws(AgentError) {
        self.configuration = configuration
        self.tabs = tabs
        launcher = RuntimeLauncher(
            configuration: configuration, processes: processes, loop: try DescriptorLoop(name: "playwright"))
        defaultExecutor = Executor(.default, launcher: launcher)
    }

    /// Runs code as the body of an asynchronous function with `page`, `context` and `browser` in scope. Calls of one
    /// executor take turns.
    ///
    /// Cancelling the task stops the code.
    ///
    /// - Parameters:
    ///   - code: JavaScript or TypeScript.
    ///   - name: of the executor, which is made if there is none of that name.
    ///   - timeout: within which the code has to end, waiting for its turn included.
    /// - Returns: what it came to; also when it has thrown or was stopped.
    /// - Throws: `internalError` when Node.js or the library cannot be started, `conflict` with `executors` among its
    ///   details when there are too many, `unavailable` while the agent stops.
    package func execute(
        _ code: String, on name: ExecutorName = .default, timeout: Duration
    ) async throws -> PlaywrightOutcome {
        guard !code.isEmpty else { throw AgentError.invalidArgument("code must not be empty") }
        let executor = try executor(named: name)
        let (outcome, ranOut) = try await limited(to: timeout) {
            try await executor.execute(code, others: self.namedTabs)
        }
        guard ranOut else { return outcome ?? .stoppedBeforeBegin }
        var stopped = outcome ?? .stoppedBeforeBegin
        stopped.error = "the code did not end within \(timeout.components.seconds) s and was stopped"
        return stopped
    }

    /// The default executor first, then the others in the order they were made.
    package func list() async -> [ExecutorRecord] {
        let urls = (try? await tabs.urls()) ?? [:]
        var records: [ExecutorRecord] = []
        for executor in [defaultExecutor] + executors.withLock({ $0.named }) {
            records.append(await executor.record { urls[$0] })
        }
        return records
    }

    /// Ends an executor; what runs on it fails. The default one is started again by the next call.
    ///
    /// - Parameter closingTab: whether its tab is closed too.
    /// - Throws: `notFound`.
    package func remove(_ name: ExecutorName, closingTab: Bool) async throws {
        guard name != .default else { return await defaultExecutor.restart() }
        let removed = executors.withLock { executors in
            executors.named.firstIndex { $0.name == name }.map { executors.named.remove(at: $0) }
        }
        guard let removed else { throw AgentError.notFound("there is no executor \(name)") }
        await end(removed, closingTab: closingTab)
    }

    /// Ends all executors and closes their tabs. No code is run from now on.
    package func shutdown() async {
        let named = executors.withLock { executors in
            executors.isClosed = true
            defer { executors.named = [] }
            return executors.named
        }
        await defaultExecutor.delete()
        await withDiscardingTaskGroup { group in
            for executor in named { group.addTask { await self.end(executor, closingTab: true) } }
        }
    }

    private func executor(named name: ExecutorName) throws(AgentError) -> Executor {
        try executors.withLock { (executors) throws(AgentError) in
            guard !executors.isClosed else {
                throw AgentError.unavailable("the agent is stopping and runs no more code")
            }
            if name == .default { return defaultExecutor }
            if let known = executors.named.first(where: { $0.name == name }) { return known }
            guard executors.named.count < configuration.namedLimit else { throw Self.tooMany(executors.named) }
            let new = Executor(name, launcher: launcher)
            executors.named.append(new)
            return new
        }
    }

    private static func tooMany(_ named: [Executor]) -> AgentError {
        AgentError(
            .conflict, "there are \(named.count) named executors, which is the limit; delete one of them",
            details: ["executors": .array(named.map { .string($0.name.description) })])
    }

    private func namedTabs() async -> [String] {
        var tabs: [String] = []
        for executor in executors.withLock({ $0.named }) {
            if let tab = await executor.tab { tabs.append(tab) }
        }
        return tabs
    }

    private func end(_ executor: Executor, closingTab: Bool) async {
        await executor.delete()
        if closingTab, let tab = await executor.tab { try? await tabs.close(tab) }
    }
}

extension PlaywrightOutcome {
    fileprivate static let stoppedBeforeBegin = PlaywrightOutcome(
        success: false, error: "the code was stopped before it had begun", stdout: "", stderr: "")
}
