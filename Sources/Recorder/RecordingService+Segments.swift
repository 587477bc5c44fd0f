import AgentCore
import Logging

extension RecordingService {
    /// Has every recording that is running end before `change`, and go on after it under an id of its own, `demo` as
    /// `demo-1795233048123`, with what is left of its limits: for changes of the screen's size, so that no video is
    /// scaled. Goes on also when `change` throws.
    ///
    /// A recording that cannot go on is logged, and nothing else: what it has is complete.
    ///
    /// Throws what `change` throws.
    package func split<Result: Sendable>(
        around change: @Sendable () async throws -> Result
    ) async throws -> Result {
        var ended: [EndedSegment] = []
        for recording in recordings.values where recording.status.isRecording {
            guard let parameters = recording.parameters else { continue }
            try await stop(recording.status.id)
            ended.append(
                EndedSegment(
                    id: recording.status.id, rest: parameters.remaining(after: recording.status),
                    recordsSound: recording.recordsSound))
        }
        do {
            let result = try await change()
            await goOn(with: ended)
            return result
        } catch {
            await goOn(with: ended)
            throw error
        }
    }

    private func goOn(with ended: [EndedSegment]) async {
        for segment in ended {
            do {
                try await start(segment.id.next(at: .now), segment.rest, recordsSound: segment.recordsSound)
            } catch {
                logger.error("recording does not go on", metadata: ["recording": "\(segment.id)", "error": "\(error)"])
            }
        }
    }
}

/// A recording that is to go on.
private struct EndedSegment {
    let id: RecordingID
    let rest: RecordingParameters
    let recordsSound: Bool
}

extension RecordingParameters {
    /// For the recording that goes on where one ended, with at least a second and a megabyte.
    func remaining(after recording: RecordingStatus) -> RecordingParameters {
        var rest = self
        rest.maximumSizeInMB = max(1, maximumSizeInMB - Int(recording.bytesOnDisk / 1_000_000))
        guard let maximumDuration, let finishedAt = recording.finishedAt else { return rest }
        rest.maximumDuration = max(1, maximumDuration - Int(finishedAt.seconds - recording.startedAt.seconds))
        return rest
    }
}

extension RecordingID {
    /// For the recording that goes on at `time`: this one with the milliseconds since 1970 behind it.
    func next(at time: UnixTime) throws -> RecordingID {
        let ending = "-\(time.seconds * 1000 + Int64(time.nanoseconds / 1_000_000))"
        return try RecordingID(String(description.prefix(128 - ending.utf8.count)) + ending)
    }
}
