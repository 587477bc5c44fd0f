import AgentCore
import Glibc
package import Logging
package import ScreenCapture
import ServiceLifecycle

/// The recordings of this run of the agent.
///
/// An id names one recording for as long as the agent runs, finished or not. Recordings run at the same time, each on
/// its own thread, and share the grabs of one source.
package actor RecordingService: Service {
    /// Recordings that may be about to start at one moment.
    private static let startingLimit = 16

    private let source: any FrameSource
    private let directory: String
    private let logger: Logger
    private var sessions: [RecordingID: RecordingSession] = [:]
    private var starting: Set<RecordingID> = []
    private let begun: AsyncStream<RecordingSession>
    private let queue: AsyncStream<RecordingSession>.Continuation

    /// - Parameters:
    ///   - source: where frames come from.
    ///   - directory: where files go; created when the first recording starts.
    package init(source: any FrameSource, directory: String, logger: Logger = Logger(label: "recorder")) {
        self.source = source
        self.directory = directory
        self.logger = logger
        (begun, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.startingLimit))
    }

    /// Runs the recordings that are started until the agent stops, and makes every file final before it returns.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await session in begun.cancelOnGracefulShutdown() {
                group.addTask { await session.record() }
            }
            queue.finish()
            for session in sessions.values { session.requestStop() }
        }
    }

    /// Returns when the first frame is in the file.
    ///
    /// Throws `conflict` while the id is recording, `invalidArgument` when it has been used before, `unavailable`
    /// without an X server or FFmpeg's libraries.
    package func start(_ id: RecordingID, _ parameters: RecordingParameters) async throws {
        if let session = sessions[id] {
            guard session.status.isRecording else {
                throw AgentError.invalidArgument("the recording \(id) is finished: start another under a new id")
            }
            throw AgentError.conflict("the recording \(id) is running")
        }
        guard starting.insert(id).inserted else { throw AgentError.conflict("the recording \(id) is being started") }
        defer { starting.remove(id) }
        try createDirectory()
        let session = RecordingSession(
            id: id, path: "\(directory)/\(id).mp4", parameters: parameters, source: source, logger: logger)
        try await session.begin()
        guard case .enqueued = queue.yield(session) else {
            unlink(session.path)
            throw AgentError.unavailable("the agent is stopping, or too many recordings are being started at once")
        }
        sessions[id] = session
    }

    /// Ends a recording and returns when its file is final. Ending a finished one does nothing.
    ///
    /// Throws `invalidArgument` for an unknown id, as clients of the contract expect.
    package func stop(_ id: RecordingID) async throws {
        guard let session = sessions[id] else {
            throw AgentError.invalidArgument("there is no recording \(id)")
        }
        session.requestStop()
        await session.finished.wait()
    }

    /// In the order they were started.
    package func list() -> [RecordingStatus] {
        sessions.values.map(\.status).sorted { lhs, rhs in
            (lhs.startedAt.seconds, lhs.startedAt.nanoseconds) < (rhs.startedAt.seconds, rhs.startedAt.nanoseconds)
        }
    }

    /// A recording that can be read: running, or final. Waits while its file is being made final.
    ///
    /// Throws `notFound` for an unknown id.
    package func readable(_ id: RecordingID) async throws -> RecordingStatus {
        guard let session = sessions[id] else { throw AgentError.notFound("there is no recording \(id)") }
        if !session.status.isRecording { await session.finished.wait() }
        return session.status
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

    private func createDirectory() throws {
        guard mkdir(directory, 0o755) != 0, errno != EEXIST else { return }
        throw AgentError.system(errno: errno, operation: "create", path: directory)
    }
}
