import AgentCore
import AgentTestSupport
import Glibc
import NIOCore
import Testing

@testable import FSService

@Suite("archives, there and back")
struct ArchiveRoundTripTests {
    private let scratch = ScratchDirectory(in: "/dev/shm")
    private let files = FileSystemService()

    @Test("a tree of all that matters comes back as it was", arguments: ArchiveFormat.allCases)
    func everything(format: ArchiveFormat) async throws {
        try buildTree()
        try await files.roundTrip(scratch.filePath("tree"), as: format, into: scratch.filePath("new/deeper"))
        #expect(scratch.names() == ["tree", "new"])
        let (expected, actual) = (TreeSnapshot(scratch["tree"], format), TreeSnapshot(scratch["new/deeper"], format))
        #expect(expected.entries.count == 14)
        #expect(actual.entries == expected.entries)
        let wasLinked = scratch.status("new/deeper/b-hard").st_ino == scratch.status("new/deeper/a").st_ino
        #expect(wasLinked == (format == .tarZstd))
    }

    @Test("random trees come back as they were", arguments: ArchiveFormat.allCases, 0..<12)
    func random(format: ArchiveFormat, seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        mkdir(scratch["tree"], 0o755)
        RandomTree(format: format).build(in: scratch["tree"], using: &generator)
        try await files.roundTrip(scratch.filePath("tree"), as: format, into: scratch.filePath("copy"))
        let (expected, actual) = (TreeSnapshot(scratch["tree"], format), TreeSnapshot(scratch["copy"], format))
        #expect(actual.entries == expected.entries, "seed \(seed)")
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    private func buildTree() throws {
        for name in ["tree", "tree/empty", "tree/private", "tree/sticky", "tree/caf\u{E9}"] {
            mkdir(scratch[name], 0o755)
        }
        scratch.create("tree/a", "content")
        link(scratch["tree/a"], scratch["tree/b-hard"])
        scratch.create("tree/empty-file")
        scratch.create("tree/private/program", "#!/bin/sh\n", mode: 0o4750)
        scratch.create("tree/\(String(repeating: "n", count: 255))", "long")
        scratch.create("tree/cafe\u{301}", "decomposed")
        scratch.create("tree/two\nlines", "newline")
        symlink("private/program", scratch["tree/link"])
        symlink("../a", scratch["tree/private/up"])
        let raw: [CChar] = (scratch["tree/"] + "raw").utf8CString.dropLast() + [-1, -2, 0]
        close(open(raw, O_WRONLY | O_CREAT, 0o600))
        chmod(scratch["tree/private"], 0o500)
        chmod(scratch["tree/sticky"], 0o1777)
        for (index, name) in ["tree/a", "tree/empty", "tree/private", "tree/link"].enumerated() {
            let time = timespec(tv_sec: 1_600_000_000 + index, tv_nsec: 123_456_789)
            utimensat(AT_FDCWD, scratch[name], [time, time], AT_SYMLINK_NOFOLLOW)
        }
    }
}
