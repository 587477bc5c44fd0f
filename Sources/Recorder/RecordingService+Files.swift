import AgentCore
package import ScreenCapture

// What can be done with a recording besides starting and stopping it.

extension RecordingService {
    /// A recording that can be read: running, or final; or one that is still waiting for its first frame.
    ///
    /// - Parameter waits: whether to wait while its file is being made final.
    ///
    /// Throws `notFound` for an id that was never started, `invalidArgument` for a deleted recording.
    package func readable(_ id: RecordingID, waits: Bool = true) async throws -> RecordingStatus {
        let recording = try await known(id)
        if waits, recording.status.state == .finalising { await recording.finished.wait() }
        let status = recording.status
        guard status.state != .deleted else { throw AgentError.invalidArgument("recording \(id) is deleted") }
        return status
    }

    /// Names this moment of a running recording. Returns when that is on the disk.
    ///
    /// - Parameter name: 1 to 200 characters besides blanks around it, which are cut off.
    ///
    /// Throws `invalidArgument` for another name, `notFound` for an id that was never started, `conflict` when it is
    /// not recording, `resourceExhausted` after 1000 marks, and `insufficientStorage`.
    package func mark(_ id: RecordingID, name: String) async throws -> RecordingMark {
        let name = try RecordingMark.name(name)
        let recording = try await known(id)
        let mark = try recording.addMark(name)
        do {
            try await disk.add(mark, to: RecordingFile(of: id, in: directory))
        } catch {
            recording.remove(mark)
            throw error
        }
        return mark
    }

    /// Deletes the files of a recording. Does nothing to one that is deleted.
    ///
    /// Throws `notFound` for an id that was never started, `invalidArgument` while it is recording, `conflict` while
    /// its file is being made final, `internalError` when the file system refuses.
    package func delete(_ id: RecordingID) async throws {
        let recording = try await known(id)
        switch recording.status.state {
        case .starting, .recording: throw AgentError.invalidArgument("recording \(id) is running; stop it first")
        case .finalising:
            throw AgentError.conflict("the file of recording \(id) is being completed; try again in a few seconds")
        case .deleted: return
        case .finished:
            try await disk.delete(RecordingFile(of: id, in: directory))
            recording.update { $0.state = .deleted }
            forgetDeleted()
        }
    }

    /// Tells how far the file of a recording grows. Throws `notFound` for an id that was never started.
    package func growth(of id: RecordingID) async throws -> RecordingGrowth {
        RecordingGrowth(progress: try await known(id))
    }

    /// What the screen showed at a moment of a recording, running or not. One at a time is decoded, others wait.
    ///
    /// - Parameter time: since the first frame. Behind the end it is the last picture, before the beginning the first.
    ///
    /// Throws `notFound` for an id that was never started, `invalidArgument` for a deleted recording, `conflict` before
    /// the first frame.
    package func picture(of id: RecordingID, at time: Duration) async throws -> PixelFrame {
        let status = try await readable(id, waits: false)
        guard status.state != .starting else {
            throw AgentError.conflict("recording \(id) has no picture yet; try again in a moment")
        }
        return try await pictureTurns.withTurn {
            try await RecordingPicture().take(from: status.path, at: VideoTime.ticks(time))
        }
    }
}
