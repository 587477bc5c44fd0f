import Synchronization

/// Tells the platform when the machine may sleep: not while a `WakeHold` exists or the machine is pinned, and not
/// before `cooldown` has passed after the last of them.
///
/// The platform is told through a control file; where there is none, nothing is told. Holds are counted without waiting
/// for anybody: only the first one, which has something to tell, waits for the file.
package actor ScaleToZero {
    private struct Use {
        var holds = 0
        var isPinned = false
        /// The platform has been told to keep the machine awake.
        var isAwake = false
        /// When the last hold or the pin ended.
        var idleSince = ContinuousClock.now
        var isTimerSet = false

        var isIdle: Bool { holds == 0 && !isPinned }
    }

    /// Between attempts to tell the platform that the machine may sleep.
    private static let retry = Duration.seconds(1)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let loop: DescriptorLoop
    private let control: ScaleToZeroControl
    private let cooldown: Duration
    private nonisolated let use = Mutex(Use())

    /// - Parameters:
    ///   - controlFile: see `ScaleToZeroControl`.
    ///   - cooldown: how long the machine stays awake after the last use, so that a client that calls again soon does
    ///     not find it asleep.
    /// - Throws: `AgentError` when the process is out of descriptors, memory or threads.
    package init(controlFile: String, cooldown: Duration) throws(AgentError) {
        loop = try DescriptorLoop(name: "scale-to-zero")
        control = ScaleToZeroControl(path: controlFile)
        self.cooldown = cooldown
    }

    /// Keeps the machine awake for as long as the result exists.
    ///
    /// - Throws: `internalError` when the platform cannot be told.
    package nonisolated func hold() async throws(AgentError) -> WakeHold {
        let hold = WakeHold(of: self)
        if !use.withLock({ $0.isAwake }) { try await wake() }
        return hold
    }

    /// Keeps the machine awake until `unpin`; there is one pin, however often it is set.
    ///
    /// - Throws: `internalError` when the platform cannot be told; the pin is not set then.
    package func pin() throws(AgentError) {
        use.withLock { $0.isPinned = true }
        do {
            try wake()
        } catch {
            use.withLock { $0.isPinned = false }
            throw error
        }
    }

    /// Removes the pin. The machine stays awake for others who hold it.
    package func unpin() {
        end { $0.isPinned = false }
    }

    /// Lets the machine sleep whoever holds it: the agent is about to end.
    package func stop() {
        let wasAwake = use.withLock { use in
            defer { use.isAwake = false }
            return use.isAwake
        }
        if wasAwake { try? control.allowSleep() }
    }

    private func wake() throws(AgentError) {
        guard !use.withLock({ $0.isAwake }) else { return }
        try control.keepAwake()
        use.withLock { $0.isAwake = true }
    }

    /// Lets the machine sleep if its time has come; otherwise looks again when it may have.
    private func settle() {
        let rest = use.withLock { use -> Duration? in
            use.isTimerSet = false
            guard use.isAwake, use.isIdle else { return nil }
            let rest = cooldown - (.now - use.idleSince)
            // Said before it is done: who takes hold from now on waits for the file, behind what is written next.
            use.isAwake = rest > .zero
            return rest
        }
        guard let rest else { return }
        guard rest <= .zero else { return setTimer(rest) }
        do {
            try control.allowSleep()
        } catch {
            use.withLock { $0.isAwake = true }
            setTimer(Self.retry)
        }
    }

    private nonisolated func setTimer(_ delay: Duration) {
        let isFirst = use.withLock { use in
            defer { use.isTimerSet = true }
            return !use.isTimerSet
        }
        guard isFirst else { return }
        loop.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.settle() } }
    }
}

extension ScaleToZero {
    fileprivate nonisolated func begin() {
        use.withLock { $0.holds += 1 }
    }

    fileprivate nonisolated func end() {
        end { $0.holds -= 1 }
    }

    private nonisolated func end(_ part: (inout Use) -> Void) {
        let mayEnd = use.withLock { use in
            part(&use)
            use.idleSince = .now
            return use.isAwake && use.isIdle
        }
        if mayEnd { setTimer(cooldown) }
    }
}

/// Keeps the machine awake for as long as it exists.
package final class WakeHold: Sendable {
    private let owner: ScaleToZero

    fileprivate init(of owner: ScaleToZero) {
        self.owner = owner
        owner.begin()
    }

    deinit { owner.end() }
}
