import AgentCore

/// The browser as a program that supervisord runs: stopped, started, and waited for.
struct ChromiumProgram: Sendable {
    /// What supervisord calls it.
    static let name = "chromium"
    private static let stopPatience = Duration.seconds(30)
    private static let startPatience = Duration.seconds(90)
    /// How often supervisord is asked what has become of a start. It would rather look after its programs.
    private static let glance = Duration.milliseconds(100)
    /// As many processes in a row that end at once are enough to say that it cannot start.
    private static let futileStarts = 3

    let supervisor: Supervisor
    let devTools: any DevTools

    /// Whether the browser answers.
    func isReady() async -> Bool { (try? await devTools.verifiedEndpoint()) != nil }

    /// Ends the browser as its user would, so that it writes its profile, and returns when it is gone.
    ///
    /// Throws as `Supervisor`; `internalError` when it is still there after 30 s.
    func stop() async throws {
        guard try await !supervisor.program(Self.name).state.isDown else { return }
        try await supervisor.beginStop(Self.name)
        let deadline = ContinuousClock.now + Self.stopPatience
        while try await !supervisor.program(Self.name).state.isDown {
            guard ContinuousClock.now < deadline else {
                throw AgentError.internalError("Chromium does not end; try again")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Starts the browser and returns when a DevTools command has gone there and back.
    ///
    /// The browser has to be down before, or running: then there is nothing to do. Any endpoint that answers is that of the
    /// new one.
    ///
    /// Throws as `Supervisor`; `internalError`, with what supervisord says, when it cannot be started or is not ready
    /// after 90 s.
    func start() async throws {
        try await supervisor.beginStart(Self.name)
        let deadline = ContinuousClock.now + Self.startPatience
        var watch = StartWatch(limit: Self.futileStarts)
        var nextGlance = ContinuousClock.now
        while !(await isReady()) {
            if ContinuousClock.now >= nextGlance {
                let program = try await supervisor.program(Self.name)
                guard watch.hasHope(after: program), ContinuousClock.now < deadline else { throw Self.failure(program) }
                nextGlance = .now + Self.glance
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func failure(_ program: SupervisedProgram) -> AgentError {
        .internalError("Chromium does not start; supervisord says \(program.state.rawValue), its log says why")
    }
}

/// Tells a browser that is slow to start from one that never will.
struct StartWatch {
    let limit: Int
    private var pids: Set<Int> = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes note of how the program is now.
    mutating func hasHope(after program: SupervisedProgram) -> Bool {
        if program.pid > 0 { pids.insert(program.pid) }
        return program.state != .fatal && pids.count < limit
    }
}
