import AgentCore
import Glibc
import Testing

@testable import FSService

@Suite("removing trees")
struct TreeRemovalTests {
    private let scratch = ScratchDirectory(in: "/dev/shm")

    private func remove(_ name: String) throws {
        let parent = try SystemCalls.open(FilePath(scratch.path), O_RDONLY | O_DIRECTORY)
        try TreeRemoval.remove(FilePath(name), in: parent, shownAs: scratch.filePath(name))
    }

    @Test("everything of it goes, links unfollowed, whatever the names")
    func everything() throws {
        scratch.create("outside", "kept")
        mkdir(scratch["tree"], 0o755)
        for name in ["a", "a/b", "a/b/c", "empty", "a/\u{A}newline"] { mkdir(scratch["tree/\(name)"], 0o755) }
        for name in ["file", "a/b/c/file", String(repeating: "n", count: 255)] { scratch.create("tree/\(name)") }
        symlink(scratch.path, scratch["tree/up"])
        symlink("../outside", scratch["tree/link"])
        mkfifo(scratch["tree/fifo"], 0o644)
        try remove("tree")
        #expect(scratch.names() == ["outside"])
        #expect(openDescriptors(under: scratch.path) == 0)
    }

    @Test("2,500 levels take a handful of descriptors and no stack")
    func deep() throws {
        let name = String(repeating: "d", count: 200)
        mkdir(scratch["tree"], 0o755)
        var current = open(scratch["tree"], O_RDONLY | O_DIRECTORY)
        for level in 0..<2500 {
            mkdirat(current, name, 0o755)
            let next = openat(current, name, O_RDONLY | O_DIRECTORY)
            try #require(next >= 0, "level \(level)")
            close(current)
            current = next
        }
        close(current)
        try remove("tree")
        #expect(scratch.names().isEmpty)
        #expect(openDescriptors(under: scratch.path) == 0)
    }

    @Test("a link, a file and what is missing are refused and stay")
    func refusals() throws {
        mkdir(scratch["target"], 0o755)
        scratch.create("target/kept")
        symlink("target", scratch["link"])
        scratch.create("file")
        for (name, code) in [("link", AgentError.Code.invalidArgument), ("file", .invalidArgument), ("no", .notFound)] {
            let error = #expect(throws: AgentError.self) { try remove(name) }
            #expect(error?.code == code, "\(name)")
            #expect(error?.message.contains(scratch[name]) == true)
        }
        #expect(scratch.names() == ["file", "link", "target"])
        #expect(scratch.content("target/kept") == "")
    }

    @Test("errors name the file that would not go")
    func failure() throws {
        mkdir(scratch["tree"], 0o755)
        mkdir(scratch["tree/sub"], 0o755)
        mkdir(scratch["tree/sub/mounted"], 0o755)
        guard mount("tmpfs", scratch["tree/sub/mounted"], "tmpfs", 0, "size=1m") == 0 else {
            return print("skipped: cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        }
        defer { umount2(scratch["tree/sub/mounted"], Int32(MNT_DETACH)) }
        let error = #expect(throws: AgentError.self) { try remove("tree") }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains(scratch["tree/sub/mounted"]) == true)
    }
}
