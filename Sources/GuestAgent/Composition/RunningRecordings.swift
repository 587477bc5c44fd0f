import BrowserControl
import Recorder

/// The recordings as those see them who change the screen.
struct RunningRecordings: ScreenRecordings {
    let service: RecordingService

    func areRunning() async -> Bool {
        await service.list().contains(where: \.isRecording)
    }

    func split<Result: Sendable>(
        around change: nonisolated(nonsending) @Sendable () async throws -> Result
    ) async throws -> Result {
        try await service.split(around: change)
    }
}
