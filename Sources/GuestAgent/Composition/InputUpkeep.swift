import ServiceLifecycle
import XInput

/// Sets an X server that has come back to what clients have asked for, and releases what is still pressed when the
/// agent stops: afterwards nobody could.
struct InputUpkeep: Service {
    private static let interval = Duration.seconds(2)

    let input: InputService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeping throws when it is time to stop.
            while (try? await Task.sleep(for: Self.interval)) != nil { await input.restore() }
        }
        // Fails without an X server, and then nothing is pressed.
        try? await input.releaseEverything()
    }
}
