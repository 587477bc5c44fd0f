import ServiceLifecycle
import XInput

/// Releases what is still pressed when the agent stops: afterwards nobody could.
struct InputShutdown: Service {
    let input: InputService

    func run() async throws {
        // Throws when cancelled: what is pressed has to be released in that case too.
        try? await gracefulShutdown()
        // Fails without an X server, and then nothing is pressed.
        try? await input.releaseEverything()
    }
}
