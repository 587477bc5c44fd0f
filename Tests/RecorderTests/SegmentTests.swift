import AgentCore
import AgentTestSupport
import Testing

@testable import Recorder

@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"))
struct SegmentTests {
    @Test func `a change of the screen's size ends one video and begins another`() async throws {
        try await RecordingFixture.with(SyntheticScreen(width: 320, height: 240)) { fixture in
            let service = fixture.service
            try await service.start(RecordingID("over"), RecordingParameters())
            try await service.stop(RecordingID("over"))
            try await service.start(RecordingID("demo"), RecordingParameters(frameRate: 20, limit: 3))
            let screen = fixture.screen
            let isQuiet = try await service.split {
                screen.resize(width: 480, height: 100)
                return await service.list().allSatisfy { !$0.isRecording }
            }
            #expect(isQuiet)
            let list = await service.list()
            #expect(list.map(\.isRecording) == [false, false, true])
            let next = try #require(list.last).id
            #expect(next.description.wholeMatch(of: /demo-[0-9]{13}/) != nil)
            try await service.stop(next)
            #expect(try await fixture.file(RecordingID("demo")).properties()["width"] == "320")
            #expect(try await fixture.file(next).properties()["width"] == "480")
        }
    }

    @Test func `recordings go on when the change fails`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters())
            let error = await #expect(throws: AgentError.self) {
                try await service.split { throw AgentError.unavailable("no") }
            }
            #expect(error?.message == "no")
            #expect(await service.list().map(\.isRecording) == [false, true])
        }
    }

    @Test func `limits are what the first one has left, and never nothing`() throws {
        let parameters = try RecordingParameters(frameRate: 10, maximumSizeInMB: 100, maximumDuration: 60)
        var status = RecordingStatus(id: .fallback, path: "")
        status.bytesOnDisk = 30_500_000
        status.finishedAt = UnixTime(seconds: status.startedAt.seconds + 20, nanoseconds: 0)
        #expect(parameters.remaining(after: status).maximumSizeInMB == 70)
        #expect(parameters.remaining(after: status).maximumDuration == 40)
        status.bytesOnDisk = 100_000_000
        status.finishedAt = UnixTime(seconds: status.startedAt.seconds + 60, nanoseconds: 0)
        #expect(parameters.remaining(after: status).maximumSizeInMB == 1)
        #expect(parameters.remaining(after: status).maximumDuration == 1)
    }

    @Test func `an id stays short enough`() throws {
        let id = try RecordingID(String(repeating: "x", count: 128))
        let next = try id.next(at: UnixTime(seconds: 1_795_233_048, nanoseconds: 123_456_789))
        #expect(next.description.hasSuffix("xxx-1795233048123"))
        #expect(next.description.utf8.count == 128)
    }
}
