import ProcessService
import ServiceLifecycle

/// Ends every child when the agent stops.
struct ProcessShutdown: Service {
    let processes: ProcessService

    func run() async throws {
        // Throws when cancelled: the children have to go in that case too.
        try? await gracefulShutdown()
        await processes.shutdown()
    }
}
