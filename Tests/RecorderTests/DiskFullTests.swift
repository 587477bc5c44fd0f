import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import Recorder

/// On a file system of 1 MiB.
@Suite(.enabled(if: geteuid() == 0, "needs root to mount a file system"), .timeLimit(.minutes(1)))
struct DiskFullTests {
    @Test func `a full disk ends the recording, says so, and leaves a file that plays`() async throws {
        let files = try ScratchFiles()
        let disk = files.path("disk")
        mkdir(disk, 0o755)
        defer { rmdir(disk) }
        try #require(mount("none", disk, "tmpfs", 0, "size=1m") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let screen = SyntheticScreen(width: 640, height: 480)
        screen.makeNoise()
        try await RecordingFixture.with(screen, directory: disk) { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            #expect(await eventually(within: .seconds(40)) { await fixture.service.list().first?.state == .finished })
            let status = try await fixture.service.readable(.fallback)
            #expect(status.failure?.code == .insufficientStorage)
            #expect(try await MediaFile(path: status.path).frames().count >= 1)
            #expect(status.bytesOnDisk == Int64(try MediaFile(path: status.path).content().count))
            unlink(status.path)
            try await fixture.service.start(RecordingID("next"), RecordingParameters())
        }
    }
}
