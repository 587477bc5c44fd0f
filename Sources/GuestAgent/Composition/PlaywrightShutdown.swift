import PlaywrightRuntime
import ServiceLifecycle

/// Ends clients' code, and closes the tabs that were opened for it, when the agent stops.
struct PlaywrightShutdown: Service {
    let playwright: PlaywrightService

    func run() async throws {
        // Throws when cancelled: the processes have to go in that case too.
        try? await gracefulShutdown()
        await playwright.shutdown()
    }
}
