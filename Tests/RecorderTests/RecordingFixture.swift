import AgentCore
import AgentTestSupport
import Logging

@testable import Recorder

/// A recording service that runs, with a screen and a directory of the test's own.
struct RecordingFixture {
    let screen: SyntheticScreen
    let files: ScratchFiles
    let service: RecordingService

    /// Runs `body` with a service that is shut down afterwards.
    static func with(
        _ screen: SyntheticScreen = SyntheticScreen(), sound: SoundSource? = nil, directory: String? = nil,
        limit: Int = 16,
        deletedLimit: Int = 1000, _ body: (RecordingFixture) async throws -> Void
    ) async throws {
        let files = try ScratchFiles()
        let service = try RecordingService(
            source: screen, sound: sound, directory: directory ?? files.directory, limit: limit,
            deletedLimit: deletedLimit, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let fixture = RecordingFixture(screen: screen, files: files, service: service)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            try await body(fixture)
            await service.shutdown()
        }
    }

    /// Records until the screen has shown that many pictures, and returns the final file.
    func record(_ id: RecordingID = .fallback, pictures: Int, frameRate: Int = 10) async throws -> MediaFile {
        let wanted = screen.shown.count + pictures
        try await service.start(id, RecordingParameters(frameRate: frameRate))
        guard await eventually({ screen.shown.count >= wanted }) else {
            throw AgentError(.timeout, "the recording took \(screen.shown.count) pictures only")
        }
        try await service.stop(id)
        return file(id)
    }

    func file(_ id: RecordingID = .fallback) -> MediaFile { MediaFile(path: files.path("\(id).mp4")) }
}

extension RecordingParameters {
    init() throws { try self.init(frameRate: 10) }

    init(frameRate: Int, limit: Int = 500) throws {
        try self.init(frameRate: frameRate, maximumSizeInMB: limit, maximumDuration: nil)
    }

    init(quality: Int? = nil, bitRate: Int? = nil, scale: Double? = nil) throws {
        try self.init(
            frameRate: 10, maximumSizeInMB: 500, maximumDuration: nil, quality: quality, bitRate: bitRate, scale: scale)
    }

    init(seconds: Int) throws {
        try self.init(frameRate: 10, maximumSizeInMB: 500, maximumDuration: seconds)
    }
}

/// The number a picture of `SyntheticScreen` shows, read at the middle of each bar.
func number(in luma: [UInt8], width: Int, height: Int) -> Int {
    (0..<8).reduce(0) { number, bit in
        let pixel = luma[(height / 4) * width + width * (2 * bit + 1) / 16]
        return pixel < 128 ? number | 1 << bit : number
    }
}
