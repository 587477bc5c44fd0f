import AgentCore
import AsyncAlgorithms
import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Reads tokens and certificates again at SIGHUP. What cannot be read stays as it was; connections stay open.
struct Reloading: Service {
    struct Part: Sendable {
        /// As the log calls it.
        let name: String
        let reload: @Sendable () throws -> Void
    }

    let parts: [Part]
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            for part in parts { await reload(part) }
        }
    }

    private func reload(_ part: Part) async {
        do {
            try await NIOThreadPool.singleton.runIfActive { try part.reload() }
            logger.notice("\(part.name) read again")
        } catch {
            let reason = (error as? AgentError)?.message ?? "\(error)"
            logger.error("\(part.name) cannot be used and stay as they were", metadata: ["reason": "\(reason)"])
        }
    }
}
