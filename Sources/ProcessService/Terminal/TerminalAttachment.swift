import AgentCore
import Synchronization

/// A client's hold on a terminal, or its view of one. Ends by `detach`, or when it is released.
package final class TerminalAttachment: Sendable {
    package enum Event: Sendable {
        /// What the terminal shows.
        case output([UInt8])
        /// The process has exited, and everything it wrote has been had.
        case exited(ExitStatus)
        /// Another client has taken this one's place.
        case replaced
    }

    /// How a client attaches.
    package struct Options: Sendable {
        /// Begin with everything that is kept, instead of what nobody has seen.
        package var replaysAll = false
        /// Take the place of a client that is attached.
        package var takesOver = false
        /// Only look on, beside whoever is attached. A view loses what it is too slow for.
        package var isReadOnly = false

        package init() {}
    }

    /// The largest piece, in bytes: what many a client's WebSocket library takes at once unless it is told otherwise.
    private static let largestPiece = 32 * 1024

    private enum Reader {
        /// - pending: bytes of the last event, had by the client when it asks for the next.
        case holder(id: UInt64, pending: Int)
        case watcher(offset: UInt64)
    }

    private let process: SpawnedProcess
    private let output: TerminalOutput
    private let reader: Mutex<Reader>

    init(_ process: SpawnedProcess, _ output: TerminalOutput, _ options: Options) throws(AgentError) {
        self.process = process
        self.output = output
        if options.isReadOnly {
            reader = Mutex(.watcher(offset: output.start(replaysAll: options.replaysAll)))
        } else {
            let id = try output.hold(replaysAll: options.replaysAll, takesOver: options.takesOver)
            reader = Mutex(.holder(id: id, pending: 0))
        }
    }

    deinit { detach() }

    /// Lets others attach. What this client has not had is left to them.
    package func detach() {
        if case .holder(let id, _) = reader.withLock({ $0 }) { output.release(holder: id) }
    }

    /// Waits for what comes next; asking for it says that the last has been had. Nothing is lost to a holder: as long
    /// as it does not ask, the program has to wait before it can write more than is kept.
    ///
    /// - Throws: `CancellationError`.
    package func next() async throws -> Event {
        while true {
            try Task.checkCancellation()
            let version = output.changes.version
            switch read() {
            case .bytes(let bytes): return .output(bytes)
            case .exited(let status): return .exited(status)
            case .replaced: return .replaced
            case .nothing: await output.changes.change(after: version)
            }
        }
    }

    /// Types at the terminal. Waits until the program has read enough for it to fit; ends without having written when
    /// there is no program any more, or the task is cancelled. A view types nothing.
    package func write(_ bytes: [UInt8]) async {
        guard case .holder = reader.withLock({ $0 }) else { return }
        _ = try? await process.input.write(bytes, within: nil)
    }

    /// Gives the terminal another size; a view does not.
    package func resize(to size: TerminalSize) async {
        guard case .holder = reader.withLock({ $0 }) else { return }
        try? await process.resize(to: size)
    }

    private func read() -> TerminalNews {
        reader.withLock { reader in
            switch reader {
            case .holder(let id, let pending):
                output.take(pending, holder: id)
                let news = output.read(holder: id, limit: Self.largestPiece)
                reader = .holder(id: id, pending: news.count)
                return news
            case .watcher(let offset):
                let (news, next) = output.read(from: offset, limit: Self.largestPiece)
                reader = .watcher(offset: next)
                return news
            }
        }
    }
}
