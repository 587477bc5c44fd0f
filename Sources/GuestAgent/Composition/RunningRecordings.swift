import BrowserControl
import Recorder

/// The recordings as those see them who change the screen.
struct RunningRecordings: ScreenRecordings {
    let service: RecordingService

    func areRunning() async -> Bool {
        await service.list().contains(where: \.isRecording)
    }

    func endAll() async throws {
        for recording in await service.list() where recording.isRecording { try await service.stop(recording.id) }
    }
}
