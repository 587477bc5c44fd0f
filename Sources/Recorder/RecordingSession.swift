import AgentCore
import CLibAV
import Glibc
import Logging
import ScreenCapture

/// One recording from its first frame to its finished file, on one niced thread of its own.
///
/// Frames are pulled: the session asks for a picture at its frame rate, and gets one when the screen has changed. An
/// encoder that cannot keep up asks less often, so there is no queue to grow. While nothing changes the last picture
/// is repeated once a second, which costs next to nothing and keeps the file on disk in step with the clock.
///
/// When the X server goes away the last picture stands until it is back; if that takes too long, the recording ends.
actor RecordingSession {
    /// How long the first frame may take.
    private static let startLimit = Duration.seconds(10)
    private static let heartbeat = Duration.seconds(1)
    /// Between attempts while there is no screen.
    private static let retryInterval = Duration.milliseconds(500)

    nonisolated let progress: RecordingProgress
    /// Runs beside the session; `nil` when no sound is recorded.
    nonisolated let sound: SoundRecorder?

    private let parameters: RecordingParameters
    private let source: any FrameSource
    private let encoders: EncoderPool
    /// The machine stays awake while this exists.
    private let hold: WakeHold?
    nonisolated let file: RecordingFile
    private let logger: Logger
    private let executor: ThreadExecutor
    private var track: ScreenTrack?
    private var pacer: FramePacer
    private var start = ContinuousClock.now
    private var lastSerial: UInt64?
    /// When there was a screen to look at.
    private var lastLook = ContinuousClock.now

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter hold: kept as long as the session exists.
    ///
    /// Throws `unavailable` when there is no thread to be had.
    init(
        id: RecordingID, parameters: RecordingParameters, directory: String, source: any FrameSource,
        sound: SoundRecorder? = nil, encoders: EncoderPool, hold: WakeHold? = nil, logger: Logger
    ) throws(AgentError) {
        self.sound = sound
        self.parameters = parameters
        self.source = source
        self.encoders = encoders
        self.hold = hold
        self.logger = logger
        file = RecordingFile(of: id, in: directory)
        progress = RecordingProgress(
            id: id, path: file.path, parameters: parameters, recordsSound: sound != nil)
        executor = try ThreadExecutor(name: "rec-\(id)", niceness: 5)
        pacer = FramePacer(origin: start, frameRate: parameters.frameRate)
    }

    /// Records until a stop is asked for, a limit is reached, or the task is cancelled, and finalises the file.
    func run() async {
        await race(until: .now + Self.startLimit, { await self.begin() }, then: settleStart)
        guard track != nil else { return }
        await race(until: endLimit, { await self.capture() }, then: finish)
    }

    /// Runs `work` until it ends, a stop is asked for or time is up, then cancels it and runs `end` at once: the
    /// answer of an X server that hangs is not waited for.
    private func race(
        until deadline: ContinuousClock.Instant?, _ work: @escaping @Sendable () async -> Void, then end: () -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { [progress] in await progress.stopRequested.wait() }
            if let deadline { group.addTask { try? await Task.sleep(until: deadline, clock: .continuous) } }
            await group.next()
            group.cancelAll()
            end()
        }
    }
}

// MARK: - Beginning and end

extension RecordingSession {
    private func settleStart() {
        if track == nil {
            progress.fail(startFailure)
            progress.finished.open()
        } else {
            progress.update { $0.state = .recording }
        }
        progress.started.open()
    }

    /// Why there is no first frame, if nothing worse has been noted.
    private var startFailure: AgentError {
        if progress.stopRequested.isOpen { return .conflict("the recording was stopped before its first frame") }
        if Task.isCancelled { return .unavailable("the agent is stopping") }
        return .unavailable("the X server gave no picture of the screen within \(Self.startLimit)")
    }

    /// Ends the video and puts the finished file in place. When that fails, for want of space perhaps, the fragmented
    /// file stays: it plays.
    private func finish() {
        let endedAt = UnixTime.now
        progress.update { status in
            status.state = .finalising
            status.finishedAt = endedAt
        }
        // Without it the next start of the agent takes the time of the last frame for the end.
        try? file.journal.end(at: endedAt)
        do {
            let extent = try closeTrack(at: progress.isStopForced ? nil : min(.now, endLimit ?? .now))
            try finalise(extent)
        } catch {
            logger.error("recording not finalised", metadata: ["error": "\(error)"])
            progress.fail(error)
        }
        if let failure = sound?.queue.failure { progress.fail(failure) }
        // The encoder leaves the memory of its pictures behind, free but resident.
        malloc_trim(0)
        progress.update { $0.state = .finished }
        progress.finished.open()
    }

    private var endLimit: ContinuousClock.Instant? { parameters.maximumDuration.map { start + .seconds($0) } }

    private func closeTrack(at end: ContinuousClock.Instant?) throws -> MediaExtent {
        guard let track else { return MediaExtent() }
        // Whatever happens, the encoder is gone before anything else needs memory.
        self.track = nil
        defer { note(track) }
        do {
            try track.finish(at: end)
        } catch {
            // Players refuse a file that ends within the head of a fragment.
            file.truncate(to: track.bytesWritten)
            throw error
        }
        return track.extent
    }

    private func finalise(_ extent: MediaExtent) throws {
        do {
            let marks = progress.status.marks
            try file.checkRoomToFinalise(extent.bytes)
            try FaststartRemux(LibAV.load()).copy(file.path, to: file.finalisedPath, extent: extent, marks: marks)
            let size = try file.replace()
            progress.update { $0.bytesOnDisk = size }
        } catch {
            file.discardFinalised()
            throw error
        }
    }
}

// MARK: - Taking frames

extension RecordingSession {
    private func begin() async {
        do {
            let av = try LibAV.load()
            try await sound?.open()
            let asked = ContinuousClock.now
            let frame = try await source.frame(newerThan: nil)
            guard let frame, !Task.isCancelled else { return }
            try file.prepareDirectory()
            // A picture that somebody else took earlier is what the screen shows now.
            start = max(frame.capturedAt, asked)
            let startedAt = UnixTime.now
            track = try openTrack(av, first: frame, startedAt: startedAt)
            progress.update { [start] status in
                status.startedAt = startedAt
                status.origin = start
            }
            pacer = FramePacer(origin: VideoTime.epoch, start: start, frameRate: parameters.frameRate)
            lastSerial = frame.serial
            if let track { note(track) }
        } catch {
            progress.fail(error)
        }
    }

    private func openTrack(
        _ av: ga_libav_functions, first frame: PixelFrame, startedAt: UnixTime
    ) throws -> ScreenTrack {
        do {
            try file.journal.begin(at: startedAt)
            let format = VideoFormat(screen: VideoSize(width: frame.width, height: frame.height), parameters)
            let track = try ScreenTrack(
                av, path: file.path, first: frame, at: start, format: format, encoder: encoders.encoder(for: format),
                sound: sound?.queue)
            try file.syncBeginning()
            return track
        } catch {
            file.discard()
            throw error
        }
    }

    private func capture() async {
        do {
            while hasRoom {
                let moment = pacer.next(after: .now)
                try await executor.sleep(until: moment)
                try await capture(at: moment)
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("recording ends early", metadata: ["error": "\(error)"])
            progress.fail(error)
        }
    }

    private var hasRoom: Bool {
        let limit = Int64(parameters.maximumSizeInMB) * 1_000_000
        return track?.extent.fits(in: limit, marks: progress.status.marks) ?? false
    }

    private func capture(at moment: ContinuousClock.Instant) async throws {
        let frame = try await news(since: moment)
        try Task.checkCancellation()
        guard let track else { return }
        let now = ContinuousClock.now
        if let endLimit, now >= endLimit { return }
        if let frame {
            try track.append(frame)
            lastSerial = frame.serial
        } else if now - track.lastWrite >= Self.heartbeat {
            try track.repeatLast(at: now)
        } else {
            try track.writePictures()
        }
        note(track)
    }

    /// The screen if it has changed. While there is none to be had: `nil`, after a while.
    private func news(since moment: ContinuousClock.Instant) async throws -> PixelFrame? {
        do {
            let frame = try await source.frame(newerThan: lastSerial, notBefore: moment)
            lastLook = moment
            return frame
        } catch let error as AgentError {
            logger.debug("no picture of the screen", metadata: ["error": "\(error)"])
            guard moment - lastLook < parameters.screenPatience else { throw error }
            try await Task.sleep(for: Self.retryInterval)
            return nil
        }
    }

    /// Tells others how far the recording is, if it is any further.
    private func note(_ track: ScreenTrack) {
        let (frames, bytes, missed) = (track.extent.pictures, track.bytesWritten, pacer.missed)
        guard progress.status.figures.frames != frames else { return }
        progress.update { status in
            status.bytesOnDisk = bytes
            status.figures.frames = frames
            status.figures.dropped = missed
            status.figures.processorMilliseconds = RecordingFigures.processorMillisecondsOfThread()
        }
    }
}
