import AgentCore
package import Logging
import ServiceLifecycle

/// Sets the wall clock when it has fallen behind the hardware clock, as it does when the machine was stopped, saved and
/// restored by somebody who tells nothing.
package struct ClockUpkeep: Service {
    private static let interval = Duration.seconds(2)
    /// The hardware clock tells whole seconds, and may be a second off.
    private static let tolerance = Duration.seconds(2)

    private let clock: HardwareClock
    private let logger: Logger

    /// - Parameter path: of the hardware clock, such as `/dev/rtc0`.
    package init(path: String, logger: Logger) {
        clock = HardwareClock(path: path)
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    try correct()
                } catch {
                    return logger.warning("the clock is left alone", metadata: ["reason": "\(error)"])
                }
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
        // A service that returns ends the group, so this one stays for as long as the others.
        try? await gracefulShutdown()
    }

    private func correct() throws(AgentError) {
        let time = try clock.read()
        guard time - .now > Self.tolerance else { return }
        let step = try SystemClock.set(to: time)
        logger.notice("the clock has been set", metadata: ["step": "\(step)", "source": "hardware clock"])
    }
}
