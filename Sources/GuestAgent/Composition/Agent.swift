import AgentCore
import CMemory
import Glibc
import Hummingbird
import Logging
import ProcessService
import ServiceLifecycle
import UnixSignals

/// The running daemon: its services in the order they start; they stop in reverse, HTTP first.
struct Agent {
    let configuration: AgentConfiguration

    /// Serves until SIGTERM or SIGINT, or until a service fails.
    func run() async throws {
        // A peer that left must be an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        DescriptorLimit.raise()
        // Before there are many threads. Two are enough: what the threads compute for long they do not allocate for.
        ga_memory_limit_heaps(2)
        let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "guest-agent")
        let services = try AgentServices(configuration: configuration)
        let group = ServiceGroup(configuration: groupConfiguration(services.all, logger: logger))
        logger.info("guest-agent \(AgentVersion.text) starting", metadata: ["pid": .stringConvertible(getpid())])
        if let warning = services.gate.warning { logger.warning("\(warning)") }
        if let problem = services.processes.ceilingsProblem {
            logger.warning("commands run without the ceilings that are set", metadata: ["reason": "\(problem.message)"])
        }
        try await group.run()
    }

    private func groupConfiguration(_ services: [NamedService], logger: Logger) -> ServiceGroupConfiguration {
        var result = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // What has not ended gracefully by then is cancelled; `ShutdownDeadline` is the last word.
        result.maximumGracefulShutdownDuration = .seconds(max(1, configuration.shutdownTimeout - 2))
        return result
    }
}

/// Ends the process when a graceful stop takes longer than it may, whatever is in the way.
struct ShutdownDeadline: Service {
    /// Seconds from the signal.
    let timeout: Int

    func run() async throws {
        await withGracefulShutdownHandler {
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            // Nobody handles SIGALRM, so it ends the process (`man 2 alarm`).
            alarm(UInt32(timeout))
        }
    }
}
