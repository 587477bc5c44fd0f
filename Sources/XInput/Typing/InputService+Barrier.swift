import AgentCore
import Glibc

/// How long typing waits for the client to catch up.
private enum Barrier {
    /// Most answers come within this; the thread waits for them, which is quicker than coming back.
    static let usualMilliseconds: Int32 = 3
    static let interval = Duration.milliseconds(1)
    /// A client that is stuck for longer than this would get wrong characters if typing went on.
    static let patience = Duration.seconds(5)
    static let notReading = AgentError(
        .timeout, "the window with the keyboard focus does not read its input; the rest of the text was not typed")
    /// For clients that answer no pings: likely enough, not proof. Text of a few foreign characters needs it three times.
    static let graceWithoutPing = Duration.milliseconds(100)
    /// How often in a row the process of such a client has to be found asleep: between two looks it may have waited for
    /// the X server's answer.
    static let looks = 3
    static let lookInterval = Duration.milliseconds(2)
    /// A program that draws all the time never sleeps for long.
    static let patienceWithBusy = Duration.seconds(1)
}

extension InputService {
    /// Waits until the client that has the keyboard has read every event sent so far.
    ///
    /// - Parameter evenIfCancelled: whether a cancelled task waits all the same, as cleaning up has to.
    func waitUntilRead(on session: InputSession, evenIfCancelled: Bool = false) async throws {
        guard let window = try on(session, { $0.pingableFocusWindow() }) else {
            return try await waitUntilIdle(try on(session) { $0.focusedProcess() }, evenIfCancelled: evenIfCancelled)
        }
        pingSerial += 1
        let serial = pingSerial
        try on(session) { $0.sendPing(to: window, serial: serial) }
        defer { try? on(session) { $0.stopPings() } }
        if try on(session, { $0.hasPong(serial: serial, within: Barrier.usualMilliseconds) }) { return }
        let deadline = ContinuousClock.now + Barrier.patience
        repeat {
            guard ContinuousClock.now < deadline else { throw Barrier.notReading }
            if !evenIfCancelled { try Task.checkCancellation() }
            await executor.sleepThrough(until: .now + Barrier.interval)
        } while try !on(session) { $0.hasPong(serial: serial, within: 0) }
    }

    /// For a client that answers no pings: a while, and until its process has nothing left to do, where it is known.
    private func waitUntilIdle(_ process: pid_t?, evenIfCancelled: Bool) async throws {
        let start = ContinuousClock.now
        await executor.sleepThrough(until: start + Barrier.graceWithoutPing)
        var asleep = 0
        while let process, asleep < Barrier.looks {
            let waited = ContinuousClock.now - start
            switch ProcessTable.entry(of: process)?.state {
            case .asleep: asleep += 1
            case .busy where waited < Barrier.patienceWithBusy: asleep = 0
            case .stopped where waited < Barrier.patience: asleep = 0
            case .stopped: throw Barrier.notReading
            case .busy, .defunct, nil: return
            }
            if !evenIfCancelled { try Task.checkCancellation() }
            await executor.sleepThrough(until: .now + Barrier.lookInterval)
        }
    }
}
