import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import Recorder

@Suite(.timeLimit(.minutes(1)))
struct RecordingServiceTests {
    @Test func `an id is recording, then finished, and not used again`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters())
            await expect(.conflict) { try await service.start(.fallback, RecordingParameters()) }
            #expect(await service.list().map(\.isRecording) == [true])
            #expect(try await service.readable(.fallback).bytesOnDisk > 100)
            try await service.stop(.fallback)
            let status = try await service.readable(.fallback)
            #expect(status.state == .finished)
            #expect(status.failure == nil)
            #expect(status.bytesOnDisk == Int64(try fixture.file().content().count))
            #expect(try #require(status.finishedAt).seconds >= status.startedAt.seconds)
            await expect(.invalidArgument) { try await service.start(.fallback, RecordingParameters()) }
            try await service.stop(.fallback)
            #expect(await service.list().map(\.isRecording) == [false])
            #expect(access(fixture.files.path("default.mp4.tmp"), F_OK) != 0)
        }
    }

    @Test func `what was never started cannot be stopped or read`() async throws {
        try await RecordingFixture.with { fixture in
            await expect(.invalidArgument) { try await fixture.service.stop(RecordingID("none")) }
            await expect(.notFound) { _ = try await fixture.service.readable(RecordingID("none")) }
        }
    }

    @Test func `no more run at the same time than may`() async throws {
        try await RecordingFixture.with(limit: 1) { fixture in
            let other = try RecordingID("other")
            try await fixture.service.start(.fallback, RecordingParameters())
            await expect(.resourceExhausted) { try await fixture.service.start(other, RecordingParameters()) }
            try await fixture.service.stop(.fallback)
            try await fixture.service.start(other, RecordingParameters())
        }
    }

    @Test func `of deleted recordings only the latest are remembered`() async throws {
        try await RecordingFixture.with(deletedLimit: 1) { fixture in
            let ids = try ["a", "b"].map { try RecordingID($0) }
            for id in ids {
                try await fixture.service.start(id, RecordingParameters())
                try await fixture.service.stop(id)
                try await fixture.service.delete(id)
            }
            await expect(.notFound) { _ = try await fixture.service.readable(ids[0]) }
            await expect(.invalidArgument) { _ = try await fixture.service.readable(ids[1]) }
        }
    }

    @Test func `all who stop at once get the same end`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters())
            try await withThrowingTaskGroup(of: RecordingState.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        try await fixture.service.stop(.fallback, force: index % 2 == 1)
                        return try await fixture.service.readable(.fallback).state
                    }
                }
                for try await state in group { #expect(state == .finished) }
            }
        }
    }

    @Test func `recordings of one screen do not mind each other`() async throws {
        try await RecordingFixture.with { fixture in
            let ids = try ["a", "b", "c"].map { try RecordingID($0) }
            for id in ids { try await fixture.service.start(id, RecordingParameters(frameRate: 20)) }
            #expect(await eventually { fixture.screen.shown.count >= 30 })
            for id in ids { try await fixture.service.stop(id) }
            #expect(await fixture.service.list().map(\.id) == ids)
            for id in ids { #expect(try fixture.file(id).boxes().contains("moov")) }
        }
    }

    @Test func `a limit of time ends the recording to the frame`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(seconds: 1))
            #expect(await eventually { await fixture.service.list().first?.state == .finished })
            let duration = try await fixture.file().properties()["duration"].flatMap(Double.init)
            #expect(abs(try #require(duration) - 1) < 0.001, "\(duration ?? 0) s")
        }
    }

    @Test func `a limit of size ends the recording before the file exceeds it`() async throws {
        try await RecordingFixture.with(SyntheticScreen(width: 640, height: 480)) { fixture in
            fixture.screen.makeNoise()
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20, limit: 1))
            #expect(await eventually { await fixture.service.list().first?.state == .finished })
            let size = try fixture.file().content().count
            #expect(size > 600_000 && size <= 1_000_000)
        }
    }

    @Test func `without an X server nothing starts, and the id stays free`() async throws {
        try await RecordingFixture.with(SyntheticScreen(mode: .absent)) { fixture in
            await expect(.unavailable) { try await fixture.service.start(.fallback, RecordingParameters()) }
            #expect(await fixture.service.list().isEmpty)
            #expect(fixture.files.read("default.mp4") == nil)
            fixture.screen.set(.changing)
            try await fixture.service.start(.fallback, RecordingParameters())
        }
    }

    @Test func `an X server that goes away and comes back leaves a gap, not an end`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters())
            fixture.screen.set(.absent)
            let before = fixture.screen.shown.count
            #expect(try await fixture.service.readable(.fallback).isRecording)
            fixture.screen.set(.changing)
            #expect(await eventually { fixture.screen.shown.count >= before + 3 })
            fixture.screen.set(.absent)
            try await fixture.service.stop(.fallback)
            #expect(try await fixture.service.readable(.fallback).failure == nil)
            #expect(try fixture.file().boxes().contains("moov"))
        }
    }

    @Test func `an X server that hangs holds up neither the stop nor the file`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            fixture.screen.set(.hanging)
            let asked = ContinuousClock.now
            try await fixture.service.stop(.fallback)
            #expect(ContinuousClock.now - asked < .seconds(1))
            #expect(try !fixture.file().boxes().contains("moof"))
            fixture.screen.set(.changing)
        }
    }

    @Test func `a start that waits for the X server can be stopped`() async throws {
        try await RecordingFixture.with(SyntheticScreen(mode: .hanging)) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await expect(.conflict) { try await fixture.service.start(.fallback, RecordingParameters()) }
                }
                #expect(await eventually { (try? await fixture.service.stop(.fallback)) != nil })
                try await group.waitForAll()
            }
            #expect(await fixture.service.list().isEmpty)
            fixture.screen.set(.changing)
            try await fixture.service.start(.fallback, RecordingParameters())
        }
    }

    @Test func `a file that cannot be finalised stays as it is, and plays`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters())
            let obstacle = fixture.files.path("default.mp4.tmp")
            mkdir(obstacle, 0o755)
            defer { rmdir(obstacle) }
            try await fixture.service.stop(.fallback)
            #expect(try await fixture.service.readable(.fallback).failure != nil)
            #expect(try fixture.file().boxes().contains("moof"))
            #expect(try await fixture.file().frames().count >= 1)
        }
    }

    @Test func `a directory that cannot be made is the reason why nothing starts`() async throws {
        try await RecordingFixture.with(directory: "/proc/none") { fixture in
            await #expect(throws: AgentError.self) { try await fixture.service.start(.fallback, RecordingParameters()) }
            #expect(await fixture.service.list().isEmpty)
        }
    }

    @Test func `a shutdown finalises everything and lets nothing start`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters())
            await fixture.service.shutdown()
            #expect(try fixture.file().boxes().contains("moov"))
            #expect(try !fixture.file().boxes().contains("moof"))
            await expect(.unavailable) { try await fixture.service.start(RecordingID("late"), RecordingParameters()) }
        }
    }

    private func expect(_ code: AgentError.Code, _ body: () async throws -> Void) async {
        let error = await #expect(throws: AgentError.self) { try await body() }
        #expect(error?.code == code)
    }
}
