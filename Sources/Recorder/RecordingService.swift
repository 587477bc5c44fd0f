package import AgentCore
import Glibc
package import Logging
package import ScreenCapture
import ServiceLifecycle

/// Records the screen to MP4 files, several recordings at a time if need be, and knows them, and those of earlier runs
/// of the agent, until they are deleted.
///
/// It records while `run` runs; calls wait for that. No call waits for an encoder, except for what it asks of it.
package actor RecordingService: Service {
    let directory: String
    let disk: RecordingDisk
    let pictureTurns = TurnQueue(width: 1)
    let logger: Logger
    private let source: any FrameSource
    private let sound: SoundSource?
    private let scaleToZero: ScaleToZero?
    private let encoders = EncoderPool()
    var recordings: [RecordingID: RecordingProgress] = [:]
    /// In the order they started.
    private var order: [RecordingID] = []
    /// Those of an earlier run whose names are being taken by new ones.
    private var moving: Set<RecordingID> = []
    private var isShutDown = false
    /// Of recordings that run at the same time: each has an encoder, or a share of one, and a thread.
    private let limit: Int
    private let deletedLimit: Int
    /// Opens when the recordings of earlier runs are known.
    private let found = CompletionLatch()
    /// Sessions that `run` has yet to take on. Holds all there can be.
    private let admissions: AsyncStream<RecordingSession>
    private let admit: AsyncStream<RecordingSession>.Continuation

    /// - Parameters:
    ///   - source: where frames come from.
    ///   - sound: where sound comes from, for recordings that have some.
    ///   - directory: where files go; made when the first recording starts, its parent is not.
    ///   - diskFloor: what recordings leave free of the disk, in bytes.
    ///   - limit: of recordings that run at the same time.
    ///   - deletedLimit: of deleted recordings whose names are remembered.
    ///   - scaleToZero: held as long as a recording runs.
    ///
    /// Throws `unavailable` when there is no thread to be had.
    package init(
        source: any FrameSource, sound: SoundSource? = nil, directory: String, diskFloor: Int64 = 0, limit: Int = 16,
        deletedLimit: Int = 1000, scaleToZero: ScaleToZero? = nil, logger: Logger = Logger(label: "recorder")
    ) throws(AgentError) {
        (self.source, self.sound, self.scaleToZero) = (source, sound, scaleToZero)
        self.directory = directory
        (self.limit, self.deletedLimit) = (limit, deletedLimit)
        self.logger = logger
        disk = try RecordingDisk(floor: diskFloor)
        (admissions, admit) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
    }

    /// Starts a recording. Returns when its first frame is on the disk; a caller that is cancelled does not end it.
    ///
    /// A recording of that name from an earlier run of the agent is kept: it goes by a longer name, which tells when it
    /// began, from then on.
    ///
    /// - Parameter recordsSound: whether there is sound besides the pictures.
    ///
    /// Throws `conflict` for an id that is recording, `invalidArgument` for one whose recording is finished or deleted,
    /// or when there is no sound to be had, `resourceExhausted` when too many recordings are running,
    /// `insufficientStorage` on a disk that is full, and `unavailable` without an X server, FFmpeg's libraries or a
    /// thread; then the id is free again.
    package func start(
        _ id: RecordingID, _ parameters: RecordingParameters, recordsSound: Bool = false
    ) async throws {
        let sound = try recordsSound ? SoundRecorder(soundSource) : nil
        let hold = try await scaleToZero?.hold()
        await found.wait()
        try await makeWay(for: id)
        try await disk.check(RecordingFile(of: id, in: directory))
        try checkAdmission(of: id)
        var logger = logger
        logger[metadataKey: "recording"] = "\(id)"
        let session = try RecordingSession(
            id: id, parameters: parameters, directory: directory, source: source, sound: sound, encoders: encoders,
            hold: hold, logger: logger)
        guard case .enqueued = admit.yield(session) else { throw Self.stopping }
        let progress = session.progress
        register(progress)
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
        await found.wait()
        guard let recording = recordings[id] else {
            throw AgentError.invalidArgument("there is no recording \(id); start it first")
        }
        recording.requestStop(isForced: force)
        await recording.finished.wait()
    }

    /// Every recording that has a frame and is not deleted, in the order they were started.
    package func list() async -> [RecordingStatus] {
        await found.wait()
        return order.compactMap { recordings[$0]?.status }.filter { $0.state != .starting && $0.state != .deleted }
    }

    /// Throws `notFound` for an id that was never started.
    func known(_ id: RecordingID) async throws -> RecordingProgress {
        await found.wait()
        guard let recording = recordings[id] else { throw AgentError.notFound("there is no recording \(id)") }
        return recording
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
        found.open()
        admit.finish()
        let recordings = Array(recordings.values)
        for recording in recordings { recording.requestStop(isForced: false) }
        for recording in recordings { await recording.finished.wait() }
    }

    /// Records until the agent shuts down gracefully, then finalises what is being recorded.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await cancelWhenGracefulShutdown { await self.recover() } }
                for await session in admissions { group.addTask { await self.attend(session) } }
                await shutdown()
            }
        } onGracefulShutdown: { [admit] in
            admit.finish()
        }
    }
}

// MARK: - Who is known

extension RecordingService {
    private func attend(_ session: RecordingSession) async {
        await withDiscardingTaskGroup { group in
            group.addTask { [disk] in await disk.lookAfter(session.progress, session.file) }
            group.addTask {
                await session.progress.started.wait()
                await session.sound?.run()
            }
            await session.run()
            group.cancelAll()
        }
        if session.progress.status.state == .starting { forget(session.progress) }
    }

    private var soundSource: SoundSource {
        get throws(AgentError) {
            guard let sound else {
                throw .invalidArgument(
                    "recordAudio: there is no sound to record; set AUDIO_SOURCE and PULSE_SERVER for the agent")
            }
            return sound
        }
    }

    /// Takes on what earlier runs have left, and completes it one by one.
    private func recover() async {
        do {
            let recovery = try RecordingRecovery(directory: directory, logger: logger)
            let earlier = await recovery.find()
            for progress in earlier where !isShutDown { register(progress) }
            found.open()
            for progress in earlier where progress.status.state == .finalising { await recovery.complete(progress) }
        } catch {
            logger.error("recordings of earlier runs are left alone", metadata: ["error": "\(error)"])
            found.open()
        }
    }

    /// Gives a recording of an earlier run another name, so that nothing is lost by one that takes its id.
    private func makeWay(for id: RecordingID) async throws {
        guard let earlier = recordings[id], earlier.status.isFromEarlierRun else { return }
        guard earlier.status.state != .deleted else { return forget(earlier) }
        guard earlier.status.state == .finished, moving.insert(id).inserted else {
            throw AgentError.conflict("an earlier recording \(id) is being completed; try again in a few seconds")
        }
        defer { moving.remove(id) }
        let other = id.dated(earlier.status.startedAt) { recordings[$0] != nil }
        let file = RecordingFile(of: other, in: directory)
        try await disk.move(RecordingFile(of: id, in: directory), to: file)
        guard recordings[id] === earlier else { return }
        recordings[id] = nil
        recordings[other] = earlier.renamed(to: other, path: file.path)
        order = order.map { $0 == id ? other : $0 }
    }

    private func checkAdmission(of id: RecordingID) throws(AgentError) {
        guard !isShutDown else { throw Self.stopping }
        if let recording = recordings[id] {
            guard [.finished, .deleted].contains(recording.status.state) else {
                throw .conflict("recording \(id) is running; stop it first, or use another id")
            }
            throw .invalidArgument("recording \(id) is finished; use another id")
        }
        let running = recordings.values.count { [.starting, .recording].contains($0.status.state) }
        guard running < limit else {
            throw AgentError(.resourceExhausted, "\(limit) recordings are running, which is the limit; stop one first")
        }
    }

    /// Forgets the recordings that were started first of those that are deleted, when there are too many: a client may
    /// make and delete them for ever. Their names can be used again then.
    func forgetDeleted() {
        let deleted = order.filter { recordings[$0]?.status.state == .deleted }
        for id in deleted.dropLast(deletedLimit) {
            if let recording = recordings[id] { forget(recording) }
        }
    }

    private static var stopping: AgentError { .unavailable("the agent is stopping") }

    private func register(_ recording: RecordingProgress) {
        let id = recording.status.id
        recordings[id] = recording
        order.append(id)
    }

    private func forget(_ recording: RecordingProgress) {
        let id = recording.status.id
        guard recordings[id] === recording else { return }
        recordings[id] = nil
        order.removeAll { $0 == id }
    }
}
