import CMemory
import ServiceLifecycle

/// Gives back, once, the memory that only starting needed.
///
/// Starting runs through most of the program once, and the kernel maps it in pieces of 64 KiB: some 10 MB that an idle
/// agent does not need.
struct StartupTrim: Service {
    /// Behind the first requests of whoever waits for the agent.
    private static let delay = Duration.milliseconds(500)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard (try? await Task.sleep(for: Self.delay)) != nil else { return }
            ga_memory_trim()
        }
        // A service that returns ends the group, so this one stays for as long as the others.
        try? await gracefulShutdown()
    }
}
