import AgentCore
import ServiceLifecycle

/// Gives back what the agent has asked of the platform when it stops. It starts first, so that it ends last.
struct ScaleToZeroEnd: Service {
    let scaleToZero: ScaleToZero

    func run() async throws {
        try? await gracefulShutdown()
        await scaleToZero.stop()
    }
}
