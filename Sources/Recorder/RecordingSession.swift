import AgentCore
import Glibc
import Logging
import ScreenCapture
import Synchronization

/// One recording from its first frame to its final file, on a thread of its own below normal priority.
///
/// Frames are pulled: at most `frameRate` times a second the source is asked whether the screen has changed. When the
/// encoder is slower than that, frames are skipped, never queued. While the source has no screen to show (the X server
/// is away) the last picture stays, and recording goes on when the screen is back.
actor RecordingSession {
    /// A picture that stays is written again this often, so that a file cut off shows how long it stood.
    private static let heartbeat = Duration.seconds(1)
    /// The longest sleep: how late a request to stop may be noticed.
    private static let attention = Duration.milliseconds(50)

    private struct Progress {
        var isStopRequested = false
        var finishedAt: UnixTime?
        var failure: AgentError?
        var isRecording = true
    }

    nonisolated let id: RecordingID
    nonisolated let path: String
    nonisolated let startedAt = UnixTime.now
    /// Opens when the file is final.
    nonisolated let finished = CompletionLatch()

    private let executor: ThreadExecutor
    private let parameters: RecordingParameters
    private let source: any FrameSource
    private let logger: Logger
    private let progress = Mutex(Progress())
    private let start = ContinuousClock.now
    private var output: (av: LibAV, encoder: VideoEncoder, file: FragmentedFile)?
    private var lastSerial: UInt64?
    private var lastTicks: Int64 = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(id: RecordingID, path: String, parameters: RecordingParameters, source: any FrameSource, logger: Logger) {
        self.id = id
        self.path = path
        self.parameters = parameters
        self.source = source
        self.logger = logger
        executor = ThreadExecutor(name: "rec-\(id)", niceness: 5)
    }

    nonisolated var status: RecordingStatus {
        progress.withLock {
            RecordingStatus(
                id: id, isRecording: $0.isRecording, startedAt: startedAt, finishedAt: $0.finishedAt, path: path,
                failure: $0.failure)
        }
    }

    /// Takes the first frame and creates the file.
    ///
    /// Throws `unavailable` without an X server or FFmpeg's libraries, and what creating the file throws; no file is
    /// left then.
    func begin() async throws {
        guard let first = try await source.frame(newerThan: nil) else {
            throw AgentError.unavailable("the screen has nothing to record")
        }
        do {
            let av = try LibAV.load()
            let format = VideoFormat(width: first.width, height: first.height, frameRate: parameters.frameRate)
            let encoder = try VideoEncoder(av: av, format: format)
            let file = try FragmentedFile(path: path, encoder: encoder, av: av)
            output = (av, encoder, file)
            try encode(first, at: 0)
        } catch {
            output = nil
            unlink(path)
            throw error
        }
    }

    /// Asks the recording to end; `finished` tells when it has.
    nonisolated func requestStop() {
        progress.withLock { $0.isStopRequested = true }
    }

    /// Records until asked to stop, until a limit is reached or until writing fails, then makes the file final.
    func record() async {
        do {
            try await recordFrames()
            try repeatLastFrame()
        } catch {
            fail(error, "recording ended early")
        }
        progress.withLock { $0.isRecording = false }
        finalize()
        progress.withLock { $0.finishedAt = .now }
        finished.open()
    }

    private func recordFrames() async throws {
        let interval = Duration.seconds(1) / parameters.frameRate
        var next = start + interval
        var lastWritten = start
        while !progress.withLock({ $0.isStopRequested }), !isAtLimit {
            let now = ContinuousClock.now
            if now < next {
                // Cancelled means the agent stops: then the loop ends as if asked to.
                guard (try? await Task.sleep(for: min(next - now, Self.attention))) != nil else { return }
                continue
            }
            let picture = await newPicture()
            if picture != nil || now - lastWritten >= Self.heartbeat {
                try encode(picture, at: VideoFormat.ticks(from: start, to: picture?.capturedAt ?? now))
                lastWritten = now
            }
            // Deadlines are absolute; those already missed are skipped.
            next = max(next + interval, ContinuousClock.now)
        }
    }

    /// The screen, if it has changed and there is one.
    private func newPicture() async -> PixelFrame? {
        do {
            return try await source.frame(newerThan: lastSerial)
        } catch {
            logger.debug("no picture to record", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private var isAtLimit: Bool {
        if let output, output.file.size >= Int64(parameters.maximumSizeInMB) * 1_000_000 { return true }
        guard let limit = parameters.maximumDuration else { return false }
        return ContinuousClock.now - start >= .seconds(limit)
    }

    private func encode(_ picture: PixelFrame?, at ticks: Int64) throws {
        guard let output else { return }
        // A cached picture may be older than the one before it was written again.
        let moment = lastSerial == nil ? 0 : max(ticks, lastTicks + 1)
        try output.encoder.encode(picture, at: moment, duration: output.encoder.format.frameTicks) {
            try output.file.write($0)
        }
        lastTicks = moment
        if let picture { lastSerial = picture.serial }
    }

    /// Makes the file as long as the recording was.
    private func repeatLastFrame() throws {
        guard let output else { return }
        let end = VideoFormat.ticks(from: start, to: .now) - output.encoder.format.frameTicks
        try encode(nil, at: end)
        try output.encoder.flush { try output.file.write($0) }
    }

    private func finalize() {
        guard let output else { return }
        self.output = nil
        do {
            try output.file.finish()
            try Finalizer(av: output.av, path: path).run()
        } catch {
            fail(error, "the recording stays in fragments")
        }
    }

    private func fail(_ error: any Error, _ what: Logger.Message) {
        logger.warning(what, metadata: ["id": "\(id)", "error": "\(error)"])
        let failure = error as? AgentError ?? .internalError("recording failed", cause: "\(error)")
        progress.withLock { if $0.failure == nil { $0.failure = failure } }
    }
}
