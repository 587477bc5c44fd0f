import AgentCore
import Synchronization

/// What a recording's session and those who ask about it share. It outlives the session, and so its thread.
final class RecordingProgress: Sendable {
    private struct State {
        var status: RecordingStatus
        var isStopForced = false
    }

    /// Opens when the first frame is in the file, or when there will be none: then the state is still `starting`, and
    /// `failure` says why.
    let started = CompletionLatch()
    /// Opens when nothing is left to do.
    let finished = CompletionLatch()
    /// Opens when the end is asked for.
    let stopRequested = CompletionLatch()
    /// Tells that the status has changed.
    let changes = ChangeSignal()
    /// What was asked of it; `nil` of one that somebody else made.
    let parameters: RecordingParameters?
    let recordsSound: Bool
    private let state: Mutex<State>

    init(id: RecordingID, path: String, parameters: RecordingParameters, recordsSound: Bool) {
        (self.parameters, self.recordsSound) = (parameters, recordsSound)
        state = Mutex(State(status: RecordingStatus(id: id, path: path)))
    }

    /// A recording that somebody else made.
    init(_ status: RecordingStatus) {
        (parameters, recordsSound) = (nil, false)
        state = Mutex(State(status: status))
        started.open()
    }

    /// As of now. Never waits for the encoder.
    var status: RecordingStatus { state.withLock { $0.status } }

    var isStopForced: Bool { state.withLock { $0.isStopForced } }

    func update<Result>(
        _ body: (inout RecordingStatus) throws(AgentError) -> Result
    ) throws(AgentError) -> Result {
        defer { changes.announce() }
        return try state.withLock { (state) throws(AgentError) in try body(&state.status) }
    }

    func update(_ body: (inout RecordingStatus) -> Void) {
        state.withLock { body(&$0.status) }
        changes.announce()
    }

    /// Keeps the first reason why the recording did not go as asked.
    func fail(_ error: any Error) {
        let failure = error as? AgentError ?? .internalError("the recording failed", cause: "\(error)")
        update { $0.failure = $0.failure ?? failure }
    }

    /// Asks for the end; `finished` tells when it is reached.
    ///
    /// - Parameter isForced: ends the video with the last frame written instead of repeating it up to now.
    func requestStop(isForced: Bool) {
        if isForced { state.withLock { $0.isStopForced = true } }
        stopRequested.open()
    }
}
