import AgentCore
import CLibAV
import Glibc
import Logging

/// Finds what earlier runs of the agent recorded, and finalises what they could not.
///
/// On a niced thread of its own, which ends with it.
actor RecordingRecovery {
    private let directory: String
    private let logger: Logger
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    init(directory: String, logger: Logger) throws(AgentError) {
        executor = try ThreadExecutor(name: "rec-recovery", niceness: 5)
        (self.directory, self.logger) = (directory, logger)
    }

    /// All recordings in the directory, oldest first: finished ones, and ones that are `finalising` until `complete`
    /// has dealt with them.
    func find() -> [RecordingProgress] {
        let found = RecordingFile.recordings(in: directory).compactMap { status(of: $0) }
        return found.sorted {
            ($0.startedAt.seconds, $0.startedAt.nanoseconds) < ($1.startedAt.seconds, $1.startedAt.nanoseconds)
        }
        .map { status in
            let progress = RecordingProgress(status)
            if status.state == .finished { progress.finished.open() }
            return progress
        }
    }

    /// Finalises a recording that was cut off. What cannot be finalised stays as it is; `failure` of its status says
    /// why. Cancelled, it leaves everything for the next start.
    func complete(_ progress: RecordingProgress) {
        let file = RecordingFile(of: progress.status.id, in: directory)
        do {
            try finalise(file, progress)
            logger.notice("recording recovered", metadata: ["recording": "\(progress.status.id)"])
        } catch {
            file.discardFinalised()
            progress.fail(error)
            logger.warning("recording not recovered", metadata: ["error": "\(error)"])
        }
        progress.update { $0.state = .finished }
        progress.finished.open()
    }
}

extension RecordingRecovery {
    /// `nil` for what has no video, or only a part of its head: that is removed; and for what cannot be read.
    private func status(of id: RecordingID) -> RecordingStatus? {
        let file = RecordingFile(of: id, in: directory)
        file.discardFinalised()
        guard let facts = try? file.journal.read() else { return nil }
        let index = Self.index(of: file)
        if file.size == nil || index?.end == 0 { file.discard() }
        guard let index, index.end > 0 else { return nil }
        var status = RecordingStatus(id: id, path: file.path)
        status.isFromEarlierRun = true
        status.startedAt = facts.startedAt ?? .now
        status.finishedAt = facts.finishedAt
        status.marks = facts.marks
        status.bytesOnDisk = file.size ?? 0
        status.state = index.isFragmented || facts.finishedAt == nil ? .finalising : .finished
        return status
    }

    private static func index(of file: RecordingFile) -> FragmentIndex? {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return FragmentIndex(of: descriptor)
    }

    private func finalise(_ file: RecordingFile, _ progress: RecordingProgress) throws {
        guard let index = Self.index(of: file) else { return }
        if index.isFragmented { file.truncate(to: index.end) }
        let remux = FaststartRemux(try LibAV.load())
        let extent = try remux.measure(file.path)
        let status = progress.status
        let finishedAt = status.finishedAt ?? status.startedAt + VideoTime.milliseconds(extent.end)
        progress.update { status in
            if status.finishedAt == nil {
                status.failure = .unavailable("the agent ended while it recorded; the video is whole up to then")
            }
            status.finishedAt = finishedAt
        }
        if index.isFragmented {
            try file.checkRoomToFinalise(extent.bytes)
            try remux.copy(file.path, to: file.finalisedPath, extent: extent, marks: status.marks)
            let size = try file.replace()
            progress.update { $0.bytesOnDisk = size }
        }
        if status.finishedAt == nil { try file.journal.end(at: finishedAt) }
    }
}

extension UnixTime {
    fileprivate static func + (time: UnixTime, milliseconds: Int64) -> UnixTime {
        let nanoseconds = Int64(time.nanoseconds) + milliseconds % 1000 * 1_000_000
        return UnixTime(
            seconds: time.seconds + milliseconds / 1000 + nanoseconds / 1_000_000_000,
            nanoseconds: Int(nanoseconds % 1_000_000_000))
    }
}
