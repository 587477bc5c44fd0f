import AgentCore
import Glibc
package import Logging
package import ScreenCapture
import ServiceLifecycle

/// Records the screen to MP4 files, several recordings at a time if need be, and knows them until the agent ends.
///
/// It records while `run` runs; `start` waits for that. No call waits for an encoder, except for what it asks of it.
package actor RecordingService: Service {
    /// Each has an encoder of its own.
    private static let maximumConcurrent = 16

    private let source: any FrameSource
    private let directory: String
    private let logger: Logger
    private let encoders = EncoderPool()
    private var recordings: [RecordingID: RecordingProgress] = [:]
    /// In the order they started.
    private var order: [RecordingID] = []
    private var isShutDown = false
    /// Sessions that `run` has yet to take on. Holds all there can be.
    private let admissions: AsyncStream<RecordingSession>
    private let admit: AsyncStream<RecordingSession>.Continuation

    /// - Parameters:
    ///   - source: where frames come from.
    ///   - directory: where files go; made when the first recording starts, its parent is not.
    package init(source: any FrameSource, directory: String, logger: Logger = Logger(label: "recorder")) {
        self.source = source
        self.directory = directory
        self.logger = logger
        (admissions, admit) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumConcurrent))
    }

    /// Starts a recording. Returns when its first frame is in the file; a caller that is cancelled does not end it.
    ///
    /// A file of that name from an earlier run of the agent is replaced.
    ///
    /// Throws `conflict` for an id that is recording, `invalidArgument` for one whose recording is finished,
    /// `resourceExhausted` when too many recordings are running, and `unavailable` without an X server, FFmpeg's
    /// libraries or a thread; then the id is free again.
    package func start(_ id: RecordingID, _ parameters: RecordingParameters) async throws {
        try checkAdmission(of: id)
        var logger = logger
        logger[metadataKey: "recording"] = "\(id)"
        let session = try RecordingSession(
            id: id, parameters: parameters, directory: directory, source: source, encoders: encoders, logger: logger)
        guard case .enqueued = admit.yield(session) else { throw Self.stopping }
        let progress = session.progress
        recordings[id] = progress
        order.append(id)
        await progress.started.wait()
        guard progress.started.isOpen else { throw CancellationError() }
        if progress.status.state == .starting {
            forget(progress)
            throw progress.status.failure ?? Self.stopping
        }
    }

    /// Ends a recording. Returns when its file is final; all who stop it meanwhile wait for the same end. Does nothing
    /// to one that has ended.
    ///
    /// A file that could not be finalised is no error here: it plays, and `failure` of its status has the reason.
    ///
    /// - Parameter force: ends the video with the last frame written instead of repeating it up to now.
    ///
    /// Throws `invalidArgument` for an id that was never started.
    package func stop(_ id: RecordingID, force: Bool = false) async throws {
        guard let recording = recordings[id] else {
            throw AgentError.invalidArgument("there is no recording \(id); start it first")
        }
        recording.requestStop(isForced: force)
        await recording.finished.wait()
    }

    /// Every recording that has a frame, in the order they were started.
    package func list() -> [RecordingStatus] {
        order.compactMap { recordings[$0]?.status }.filter { $0.state != .starting }
    }

    /// A recording that can be read: running, or final. Waits while its file is being made final.
    ///
    /// Throws `notFound` for an id that was never started.
    package func readable(_ id: RecordingID) async throws -> RecordingStatus {
        guard let recording = recordings[id], recording.status.state != .starting else {
            throw AgentError.notFound("there is no recording \(id)")
        }
        if recording.status.state == .finalising { await recording.finished.wait() }
        return recording.status
    }

    /// Throws what keeps recordings from starting, X server aside: missing libraries, a directory that cannot be
    /// written to. Loads nothing.
    package nonisolated func check() throws {
        try LibAV.checkInstalled()
        guard access(directory, F_OK) == 0 else { return }
        guard access(directory, W_OK) == 0 else {
            throw AgentError.system(errno: errno, operation: "write to", path: directory)
        }
    }

    /// Ends all recordings and returns when their files are final. Nothing can be started any more.
    package func shutdown() async {
        isShutDown = true
        admit.finish()
        let recordings = Array(recordings.values)
        for recording in recordings { recording.requestStop(isForced: false) }
        for recording in recordings { await recording.finished.wait() }
    }

    /// Records until the agent shuts down gracefully, then finalises what is being recorded.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await session in admissions { group.addTask { await self.attend(session) } }
                await shutdown()
            }
        } onGracefulShutdown: { [admit] in
            admit.finish()
        }
    }

    private func attend(_ session: RecordingSession) async {
        await session.run()
        if session.progress.status.state == .starting { forget(session.progress) }
    }

    private func checkAdmission(of id: RecordingID) throws(AgentError) {
        guard !isShutDown else { throw Self.stopping }
        if let recording = recordings[id] {
            guard recording.status.state == .finished else {
                throw .conflict("recording \(id) is running; stop it first, or use another id")
            }
            throw .invalidArgument("recording \(id) is finished; use another id")
        }
        let running = recordings.values.count { $0.status.state != .finished }
        guard running < Self.maximumConcurrent else {
            throw AgentError(.resourceExhausted, "\(running) recordings are running; stop one first")
        }
    }

    private static var stopping: AgentError { .unavailable("the agent is stopping") }

    private func forget(_ recording: RecordingProgress) {
        let id = recording.status.id
        guard recordings[id] === recording else { return }
        recordings[id] = nil
        order.removeAll { $0 == id }
    }
}
