import AgentCore
import Synchronization

/// Sound on its way from the thread that hears it to the one that writes the file.
///
/// While nobody writes, the newest is dropped after ten seconds; silence takes its place, for every chunk has its time.
final class SoundQueue: Sendable {
    private static let limit = 500

    private struct State {
        var chunks: [PulseStream.Chunk] = []
        var failure: AgentError?
    }

    private let state = Mutex(State())

    /// The first thing that went wrong.
    var failure: AgentError? { state.withLock { $0.failure } }

    func append(_ chunk: PulseStream.Chunk) {
        state.withLock { if $0.chunks.count < Self.limit { $0.chunks.append(chunk) } }
    }

    func takeAll() -> [PulseStream.Chunk] {
        state.withLock { state in
            defer { state.chunks = [] }
            return state.chunks
        }
    }

    func fail(_ error: AgentError) { state.withLock { $0.failure = $0.failure ?? error } }
}
