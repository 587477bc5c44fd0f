import AgentCore
import AgentTestSupport
import Glibc
import ScreenCapture
import Testing

@testable import Recorder

@Suite struct ChapterTests {
    @Test func `each lasts until the next, and the time before the first has one too`() {
        let marks = [RecordingMark(name: "b", offset: 500), RecordingMark(name: "a", offset: 200)]
        #expect(
            Chapter.all(from: marks, duration: 1000) == [
                Chapter(title: "_recording_start", range: 0..<200), Chapter(title: "a", range: 200..<500),
                Chapter(title: "b", range: 500..<1000),
            ])
    }

    @Test func `a mark at the beginning is the first chapter; those of one moment keep their order`() {
        let marks = ["x", "y"].map { RecordingMark(name: $0, offset: 0) } + [RecordingMark(name: "late", offset: 2000)]
        #expect(
            Chapter.all(from: marks, duration: 1000) == [
                Chapter(title: "x", range: 0..<0), Chapter(title: "y", range: 0..<999),
                Chapter(title: "late", range: 999..<1000),
            ])
        #expect(Chapter.all(from: [], duration: 1000).isEmpty)
    }
}

@Suite struct RecordingJournalTests {
    @Test(arguments: ["plain", "two\nlines", "back\\slash\\n", "  ", "ä 🎉 = ; #", "\r\n"])
    func `what is written is read again`(name: String) throws {
        let files = try ScratchFiles()
        let journal = RecordingJournal(path: files.path("journal"))
        let (begin, end) = (UnixTime(seconds: 1, nanoseconds: 2), UnixTime(seconds: 3, nanoseconds: 999_999_999))
        try journal.begin(at: begin)
        try journal.add(RecordingMark(name: name, offset: 17))
        try journal.add(RecordingMark(name: "next", offset: 18))
        try journal.end(at: end)
        let content = try journal.read()
        #expect(content.startedAt == begin && content.finishedAt == end)
        #expect(content.marks == [RecordingMark(name: name, offset: 17), RecordingMark(name: "next", offset: 18)])
    }

    @Test(arguments: [
        "", "started", "started x\n", "started 1 2", "mark\nmark x y\n", "\n\n", "started 1 2000000000\n",
    ])
    func `what makes no sense is no fact`(text: String) {
        #expect(RecordingJournal.parse(Array(text.utf8)) == RecordingJournal.Content())
    }
}

@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"), .timeLimit(.minutes(1)))
struct MarkTests {
    @Test func `marks become chapters of the finished file`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters(frameRate: 20))
            #expect(await eventually { fixture.screen.shown.count >= 5 })
            let first = try await service.mark(.fallback, name: "  logged in \n")
            #expect(first.name == "logged in" && first.offset > 0)
            let names = (0..<300).map { "mark \($0) = ;#\\ ä" }
            for name in names { _ = try await service.mark(.fallback, name: name) }
            try await service.stop(.fallback)
            #expect(try await service.readable(.fallback).failure == nil)
            #expect(try await fixture.file().chapters() == ["_recording_start", "logged in"] + names)
            #expect(try fixture.file().boxes().firstIndex(of: "moov") == 1)
            #expect(try await fixture.file().frames().count >= 5)
        }
    }

    @Test func `only a running recording takes marks, and only with a name`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            await expect(.notFound) { _ = try await service.mark(.fallback, name: "x") }
            try await service.start(.fallback, RecordingParameters())
            for name in ["", " \n\t", "a\0b", String(repeating: "x", count: 201)] {
                await expect(.invalidArgument) { _ = try await service.mark(.fallback, name: name) }
            }
            _ = try await service.mark(.fallback, name: String(repeating: "ä", count: 200))
            try await service.stop(.fallback)
            await expect(.conflict) { _ = try await service.mark(.fallback, name: "x") }
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct RecordingDeletionTests {
    @Test func `a deleted recording is gone, its id is not free`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            await expect(.notFound) { try await service.delete(.fallback) }
            try await service.start(.fallback, RecordingParameters())
            await expect(.invalidArgument) { try await service.delete(.fallback) }
            try await service.stop(.fallback)
            for _ in 0..<2 { try await service.delete(.fallback) }
            #expect(await service.list().isEmpty)
            #expect(fixture.files.read("default.mp4") == nil && fixture.files.read("default.mp4.journal") == nil)
            await expect(.invalidArgument) { _ = try await service.readable(.fallback) }
            await expect(.invalidArgument) { try await service.start(.fallback, RecordingParameters()) }
            await expect(.conflict) { _ = try await service.mark(.fallback, name: "x") }
            try await service.stop(.fallback)
        }
    }

    @Test func `a file that is being made final is waited for, or not, and cannot be deleted`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters())
            // Opened for writing, it waits for a reader.
            let obstacle = fixture.files.path("default.mp4.tmp")
            mkfifo(obstacle, 0o644)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.stop(.fallback) }
                #expect(
                    await eventually {
                        (try? await service.readable(.fallback, waits: false))?.state == .finalising
                    })
                await expect(.conflict) { try await service.delete(.fallback) }
                await expect(.conflict) { try await service.start(.fallback, RecordingParameters()) }
                group.addTask {
                    let waited = try await service.readable(.fallback)
                    #expect(waited.state == .finished)
                }
                let reader = open(obstacle, O_RDONLY | O_NONBLOCK)
                defer { close(reader) }
                try await group.waitForAll()
            }
            try await service.delete(.fallback)
            #expect(access(obstacle, F_OK) != 0)
        }
    }

    @Test func `a disk that has no more than its floor takes no recording`() async throws {
        let files = try ScratchFiles()
        let service = try RecordingService(source: SyntheticScreen(), directory: files.directory, diskFloor: .max)
        await withTaskGroup { group in
            group.addTask { try? await service.run() }
            defer { group.cancelAll() }
            await expect(.insufficientStorage) { try await service.start(.fallback, RecordingParameters()) }
            #expect(await service.list().isEmpty)
            await service.shutdown()
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct RecordingPictureTests {
    @Test func `the picture of a moment is what was on the screen, running or finished`() async throws {
        try await RecordingFixture.with { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters(frameRate: 10))
            #expect(await eventually { fixture.screen.shown.count >= 35 })
            try await check(fixture, at: [0, 0.55, 1.05])
            try await service.stop(.fallback)
            try await check(fixture, at: [0, 0.55, 1.05, 2.25, 1000])
        }
    }

    private func check(_ fixture: RecordingFixture, at times: [Double]) async throws {
        let start = try #require(fixture.screen.shown.first).capturedAt
        for time in times {
            let frame = try await fixture.service.picture(of: .fallback, at: .seconds(time))
            #expect(frame.width == 320 && frame.height == 240)
            let luma = frame.withPixels { pixels in stride(from: 1, to: pixels.count, by: 4).map { pixels[$0] } }
            let shown = fixture.screen.shown.filter { ($0.capturedAt - start) / .seconds(1) <= time + 0.001 }
            let expected = try #require(shown.last).number
            let number = number(in: luma, width: 320, height: 240)
            // The screen is looked at a moment before the frame is stamped.
            #expect(abs(number - expected) <= 1, "\(number) instead of \(expected) at \(time) s")
        }
    }
}

/// Expects an error of that code.
private func expect(_ code: AgentError.Code, _ body: () async throws -> Void) async {
    let error = await #expect(throws: AgentError.self) { try await body() }
    #expect(error?.code == code)
}
