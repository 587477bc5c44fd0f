import ProcessService
import ServiceLifecycle

/// Reaps what commands leave behind, for as long as the agent runs.
struct OrphanReaper: Service {
    let processes: ProcessService

    func run() async throws {
        await cancelWhenGracefulShutdown { await processes.reapOrphans() }
        try? await gracefulShutdown()
    }
}
