package import AgentCore

extension ProcessService {
    /// Starts a process that runs on its own, and returns once its program has been loaded.
    ///
    /// What it writes is kept as far as `Configuration.journalSize` goes, from the beginning, whether or not anybody
    /// reads it; it never waits for a reader.
    ///
    /// - Parameters:
    ///   - timeout: after which the process's group is ended, SIGTERM first; more than zero. `nil` is never.
    ///   - terminal: gives it a terminal of that size, as its controlling terminal, instead of pipes. The last
    ///     `Configuration.terminalHistory` bytes of what it shows are kept.
    /// - Throws: as `exec` for what cannot be started; `insufficientStorage` and the like when no file for the output
    ///   can be made; `internalError` when the machine cannot be kept awake for it.
    package func spawn(
        _ command: Command, timeout: Duration? = nil, terminal: TerminalSize? = nil
    ) async throws -> ProcessRecord {
        try command.validate()
        try Self.validate(timeout: timeout)
        let hold = try await scaleToZero?.hold()
        for removed in try registry.makeRoom() { await removed.forget() }
        let process = try await launch(command, terminal: terminal)
        registry.insert(process)
        do {
            try await process.begin(timeout: timeout, grace: configuration.terminationGrace) { [weak self] in
                withExtendedLifetime(hold) { self?.retire(process) }
            }
        } catch {
            registry.remove(process.id)
            throw error
        }
        return process.record
    }

    /// The processes that run and those that ended not long ago, in the order they were started.
    package func list() -> [ProcessRecord] {
        registry.all.map(\.record)
    }

    /// - Throws: `notFound`.
    package func record(of id: ProcessID) throws(AgentError) -> ProcessRecord {
        try registry.find(id).record
    }

    /// What the process and everything in its session and group use; `nil` when it has ended.
    ///
    /// - Throws: `notFound`.
    package func usage(of id: ProcessID) async throws(AgentError) -> ResourceUsage? {
        let process = try registry.find(id)
        guard process.record.ending == nil else { return nil }
        return await waitingThread.run { process.usage.read(leader: process.child.pid) }
    }

    /// Sends a signal to the process's group, or to the process alone.
    ///
    /// - Throws: `notFound`, `conflict` when it has ended.
    package func send(_ signal: ProcessSignal, to id: ProcessID, group: Bool = true) async throws(AgentError) {
        try await registry.find(id).child.signal(signal.number, group: group)
    }

    /// Writes to the process's input, waiting for it to read for `Configuration.inputTimeout` at most.
    ///
    /// - Returns: how many bytes were written, which is less when the process did not read.
    /// - Throws: `notFound`, `conflict` when the input is closed, `resourceExhausted` when other writes already wait
    ///   with more than is good.
    package func write(_ bytes: [UInt8], to id: ProcessID) async throws(AgentError) -> Int {
        try await registry.find(id).input.write(bytes, within: configuration.inputTimeout)
    }

    /// Closes the process's input behind what has been written to it; at a terminal, types what ends an input there.
    ///
    /// - Throws: `notFound`, `conflict` when it is closed already.
    package func endInput(of id: ProcessID) async throws(AgentError) {
        try await registry.find(id).endInput()
    }

    /// The output of the process, for one reader; see `ProcessOutput`.
    ///
    /// - Parameter offset: where to begin, in bytes of both streams; what is no longer kept is skipped and told.
    /// - Throws: `notFound`.
    package func output(of id: ProcessID, from offset: UInt64 = 0) throws(AgentError) -> ProcessOutput {
        ProcessOutput(source: try registry.find(id).output, thread: waitingThread, offset: offset)
    }

    /// Gives the process's terminal another size.
    ///
    /// - Throws: `notFound`, `invalidArgument` when it has no terminal, `conflict` when it has ended.
    package func resize(_ id: ProcessID, to size: TerminalSize) async throws(AgentError) {
        try await registry.find(id).resize(to: size)
    }

    /// Attaches to the process's terminal, until the result is released.
    ///
    /// - Throws: `notFound`, `invalidArgument` when it has no terminal, `conflict` when somebody else is attached.
    package func attach(
        to id: ProcessID, _ options: TerminalAttachment.Options = .init()
    ) throws(AgentError) -> TerminalAttachment {
        let process = try registry.find(id)
        guard let terminal = process.terminal else { throw SpawnedProcess.noTerminalError }
        return try TerminalAttachment(process, terminal, options)
    }

    private func retire(_ process: SpawnedProcess) {
        registry.markEnded(process.id)
        outputLoop.schedule(after: configuration.retention) { [registry] in
            registry.remove(process.id)
            process.assumeIsolated { $0.forget() }
        }
    }
}
