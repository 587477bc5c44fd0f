import AgentCore
import CLibAV
import Glibc
import Logging
import ScreenCapture
import Synchronization

/// One recording from its first frame to its finished file, on one niced thread of its own.
///
/// Frames are pulled: the session asks for a picture at its frame rate, and gets one when the screen has changed. An
/// encoder that cannot keep up asks less often, so there is no queue to grow. While nothing changes the last picture
/// is repeated once a second, which costs next to nothing and keeps the file on disk in step with the clock.
///
/// When the X server goes away the last picture stands until it is back.
actor RecordingSession {
    /// How long the first frame may take.
    private static let startLimit = Duration.seconds(10)
    private static let heartbeat = Duration.seconds(1)
    /// Between attempts while there is no X server.
    private static let retryInterval = Duration.milliseconds(500)

    nonisolated let id: RecordingID
    /// Opens when the first frame is in the file, or when there will be none: then the state is still `starting`, and
    /// `failure` says why.
    nonisolated let started = CompletionLatch()
    /// Opens when nothing is left to do.
    nonisolated let finished = CompletionLatch()
    private nonisolated let stopRequested = CompletionLatch()
    private nonisolated let isStopForced = Mutex(false)
    private nonisolated let progress: Mutex<RecordingStatus>

    private let parameters: RecordingParameters
    private let source: any FrameSource
    private let file: RecordingFile
    private let logger: Logger
    private let executor: ThreadExecutor
    private var track: ScreenTrack?
    private var pacer: FramePacer
    private var start = ContinuousClock.now
    private var lastSerial: UInt64?
    private var lastLook = ContinuousClock.now
    private var lastWrite = ContinuousClock.now

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        id: RecordingID, parameters: RecordingParameters, directory: String, source: any FrameSource, logger: Logger
    ) {
        self.id = id
        self.parameters = parameters
        self.source = source
        self.logger = logger
        file = RecordingFile(of: id, in: directory)
        progress = Mutex(RecordingStatus(id: id, path: file.path))
        executor = ThreadExecutor(name: "rec-\(id)", niceness: 5)
        pacer = FramePacer(origin: start, frameRate: parameters.frameRate)
    }

    /// What is known of the recording now. Never waits for the encoder.
    nonisolated var status: RecordingStatus { progress.withLock { $0 } }

    /// Asks for the end; `finished` tells when it is reached.
    ///
    /// - Parameter isForced: ends the video with the last frame written instead of repeating it up to now.
    nonisolated func stop(isForced: Bool) {
        if isForced { isStopForced.withLock { $0 = true } }
        stopRequested.open()
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
            group.addTask { [stopRequested] in await stopRequested.wait() }
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
        progress.withLock { status in
            if track == nil {
                status.failure = status.failure ?? startFailure
            } else {
                status.state = .recording
            }
        }
        if track == nil { finished.open() }
        started.open()
    }

    private var startFailure: AgentError {
        if stopRequested.isOpen { return .conflict("recording \(id) was stopped before its first frame") }
        if Task.isCancelled { return .unavailable("the agent is stopping") }
        return .unavailable("the X server gave no picture of the screen within \(Self.startLimit)")
    }

    /// Ends the video and puts the finished file in place. When that fails, for want of space perhaps, the fragmented
    /// file stays: it plays.
    private func finish() {
        let isForced = isStopForced.withLock { $0 }
        progress.withLock { status in
            status.state = .finalising
            status.finishedAt = .now
        }
        do {
            let extent = try closeTrack(at: isForced ? nil : min(.now, endLimit ?? .now))
            try finalise(extent)
        } catch {
            logger.error("recording not finalised", metadata: ["error": "\(error)"])
            progress.withLock { $0.failure = $0.failure ?? Self.agentError(error) }
        }
        // The encoder leaves its pictures' memory behind, free but resident.
        malloc_trim(0)
        progress.withLock { $0.state = .finished }
        finished.open()
    }

    private var endLimit: ContinuousClock.Instant? { parameters.maximumDuration.map { start + .seconds($0) } }

    private func closeTrack(at end: ContinuousClock.Instant?) throws -> FaststartRemux.Extent {
        guard let track else { return FaststartRemux.Extent() }
        // Whatever happens, the encoder is gone before anything else needs memory.
        self.track = nil
        try track.finish(at: end)
        return track.extent
    }

    private func finalise(_ extent: FaststartRemux.Extent) throws {
        do {
            try FaststartRemux(LibAV.load()).copy(file.path, to: file.finalisedPath, extent: extent)
            let size = try file.replace()
            progress.withLock { $0.bytesOnDisk = size }
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
            let frame = try await source.frame(newerThan: nil)
            guard let frame, !Task.isCancelled else { return }
            try file.prepareDirectory()
            start = .now
            progress.withLock { $0.startedAt = .now }
            track = try openTrack(av, first: frame)
            pacer = FramePacer(origin: start, frameRate: parameters.frameRate)
            didWrite(frame, at: start)
        } catch {
            progress.withLock { $0.failure = Self.agentError(error) }
        }
    }

    private func openTrack(_ av: ga_libav_functions, first frame: PixelFrame) throws -> ScreenTrack {
        do {
            return try ScreenTrack(av, path: file.path, first: frame, at: start, frameRate: parameters.frameRate)
        } catch {
            file.discard()
            throw error
        }
    }

    private func capture() async {
        do {
            while let track, track.extent.fits(in: Int64(parameters.maximumSizeInMB) * 1_000_000) {
                try await Task.sleep(until: pacer.next(after: .now), clock: .continuous)
                try await captureNext()
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("recording ends early", metadata: ["error": "\(error)"])
            progress.withLock { $0.failure = Self.agentError(error) }
        }
    }

    private func captureNext() async throws {
        let frame = try await news()
        try Task.checkCancellation()
        guard let track else { return }
        let now = ContinuousClock.now
        if let frame {
            // A picture that somebody else took earlier was not seen at the last look.
            try track.append(frame, at: max(frame.capturedAt, lastLook))
        } else if now - lastWrite >= Self.heartbeat {
            try track.repeatLast(at: now)
        } else {
            lastLook = now
            return
        }
        didWrite(frame, at: now)
    }

    /// The screen if it has changed. Without an X server: `nil`, after a while.
    private func news() async throws -> PixelFrame? {
        do {
            return try await source.frame(newerThan: lastSerial)
        } catch let error as AgentError where error.code == .unavailable {
            logger.debug("no picture of the screen", metadata: ["error": "\(error)"])
            try await Task.sleep(for: Self.retryInterval)
            return nil
        }
    }

    private func didWrite(_ frame: PixelFrame?, at instant: ContinuousClock.Instant) {
        if let frame { lastSerial = frame.serial }
        (lastLook, lastWrite) = (instant, instant)
        let bytes = track?.bytesWritten ?? 0
        progress.withLock { $0.bytesOnDisk = bytes }
    }

    private static func agentError(_ error: any Error) -> AgentError {
        error as? AgentError ?? .internalError("the recording failed", cause: "\(error)")
    }
}
