import AgentCore
import AgentTestSupport
import FSService
import Glibc
import NIOCore
import Testing

@Suite("write_file")
struct WriteFileTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    @Test("a new file has its content, rw-r--r-- and the directories it needs")
    func newFile() async throws {
        try await files.write("hello", to: scratch.filePath("a/b/c.txt"))
        #expect(scratch.content("a/b/c.txt") == "hello")
        #expect(scratch.status("a/b/c.txt").st_mode == S_IFREG | 0o644)
        #expect(scratch.status("a/b").st_mode == S_IFDIR | 0o755)
    }

    @Test("buffers of any size come out in order")
    func manyBuffers() async throws {
        let pieces = (0..<20_000).map { "\($0)," } + [String(repeating: "z", count: 700_000), "end"]
        var file = try await files.beginWrite(scratch.filePath("data"))
        for piece in pieces { try await file.write(ByteBuffer(string: piece)) }
        try await file.commit()
        #expect(scratch.content("data") == pieces.joined())
    }

    @Test("nothing is visible before the commit")
    func staged() async throws {
        scratch.create("data", "old")
        var file = try await files.beginWrite(scratch.filePath("data"))
        try await file.write(ByteBuffer(repeating: 1, count: 1_000_000))
        #expect(scratch.content("data") == "old")
        try await file.commit()
        #expect(scratch.status("data").st_size == 1_000_000)
        #expect(scratch.names() == ["data"])
    }

    @Test("a replaced file keeps mode and owner, unless a mode is given")
    func keepsAttributes() async throws {
        scratch.create("data", "old", mode: 0o4750)
        let owner: uid_t = geteuid() == 0 ? 12_345 : geteuid()
        chown(scratch["data"], owner, getegid())
        chmod(scratch["data"], 0o4750)
        try await files.write("new", to: scratch.filePath("data"))
        #expect(scratch.status("data").st_mode == S_IFREG | 0o4750)
        #expect(scratch.status("data").st_uid == owner)
        try await files.write("newer", to: scratch.filePath("data"), mode: FileMode(octal: "600"))
        #expect(scratch.status("data").st_mode == S_IFREG | 0o600)
        #expect(scratch.status("data").st_uid == owner)
        #expect(scratch.content("data") == "newer")
    }

    @Test("a given mode is set whatever the umask, setuid and sticky included", arguments: ["666", "4755", "1777"])
    func givenMode(mode: String) async throws {
        try await files.write("x", to: scratch.filePath("data"), mode: FileMode(octal: mode))
        #expect(try scratch.status("data").st_mode == S_IFREG | #require(mode_t(mode, radix: 8)))
    }

    @Test("writing through links writes the file they lead to and keeps the links")
    func links() async throws {
        scratch.create("target", "old", mode: 0o640)
        symlink("target", scratch["inner"])
        symlink(scratch["inner"], scratch["outer"])
        try await files.write("new", to: scratch.filePath("outer"))
        #expect(scratch.content("target") == "new")
        #expect(scratch.status("target").st_mode == S_IFREG | 0o640)
        #expect(scratch.status("outer").st_mode & S_IFMT == S_IFLNK)
        #expect(scratch.status("inner").st_mode & S_IFMT == S_IFLNK)
    }

    @Test("writing through a link that leads nowhere creates what it names")
    func danglingLink() async throws {
        mkdir(scratch["elsewhere"], 0o755)
        symlink("elsewhere/target", scratch["link"])
        try await files.write("new", to: scratch.filePath("link"))
        #expect(scratch.content("elsewhere/target") == "new")
        #expect(scratch.names() == ["elsewhere", "link"])
    }

    @Test("what cannot be a file is refused before anything is sent", .timeLimit(.minutes(1)))
    func refusals() async throws {
        mkdir(scratch["directory"], 0o755)
        mkfifo(scratch["fifo"], 0o644)
        symlink("circle", scratch["circle"])
        scratch.create("file")
        let names = ["directory", "fifo", "circle", "new/", "directory/..", "directory/.", "file/below"]
        for path in names.map({ scratch[$0] }) + ["/dev/null", "/", "."] {
            let error = await #expect(throws: AgentError.self) { try await files.write("x", to: FilePath(path)) }
            #expect(error?.code == .invalidArgument, "\(path)")
        }
        #expect(scratch.names() == ["directory", "fifo", "circle", "file"])
    }

    @Test("names of 255 bytes, of newlines and of bytes that are no UTF-8 are as good as others")
    func names() async throws {
        let names = [[UInt8](repeating: 0x6E, count: 255), Array("a\nb".utf8), [0xFF, 0xFE, 0x80]]
        for name in names {
            let path = try FilePath(bytes: Array((scratch.path + "/").utf8) + name)
            for content in ["first", "second"] {
                try await files.write(content, to: path)
                #expect(try await files.contents(of: path) == content)
            }
        }
        #expect(scratch.names().count == 3)
        let error = await #expect(throws: AgentError.self) {
            try await files.write("x", to: scratch.filePath(String(repeating: "n", count: 256)))
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test("a file that is a mount point is written in place")
    func mountPoint() async throws {
        scratch.create("source", "a longer old content", mode: 0o640)
        scratch.create("data")
        guard mount(scratch["source"], scratch["data"], nil, UInt(MS_BIND), nil) == 0 else {
            return print("skipped: cannot mount a file: \(String(cString: strerror(errno)))")
        }
        defer { umount2(scratch["data"], Int32(MNT_DETACH)) }
        try await files.write("new", to: scratch.filePath("data"))
        #expect(scratch.content("source") == "new")
        #expect(scratch.status("source").st_mode == S_IFREG | 0o640)
        try await files.write("", to: scratch.filePath("data"), mode: FileMode(octal: "600"))
        #expect(scratch.content("source") == "")
        #expect(scratch.status("source").st_mode == S_IFREG | 0o600)
        #expect(scratch.names() == ["data", "source"])
    }

    @Test("sixteen writers at once: one whole version is there at any time, and nothing else is left")
    func concurrentWriters() async throws {
        let path = try scratch.filePath("data")
        try await withThrowingTaskGroup { group in
            for letter in "abcdefghijklmnop" {
                group.addTask {
                    for _ in 0..<5 { try await files.write(String(repeating: letter, count: 400_000), to: path) }
                }
            }
            group.addTask {
                for _ in 0..<20 {
                    guard access(path.description, F_OK) == 0 else { continue }
                    let content = try await files.contents(of: path)
                    #expect(content.utf8.count == 400_000 && Set(content.utf8).count == 1)
                }
            }
            try await group.waitForAll()
        }
        let content = try #require(scratch.content("data"))
        #expect(content.utf8.count == 400_000 && Set(content).count == 1)
        #expect(scratch.names() == ["data"])
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    @Test("a program can be started the moment it is written")
    func executable() async throws {
        let path = try scratch.filePath("program")
        for _ in 0..<20 {
            try await files.write("#!/bin/sh\nexit 7\n", to: path, mode: FileMode(octal: "755"))
            var child = pid_t()
            #expect(posix_spawn(&child, path.description, nil, nil, [nil], nil) == 0)
            var status: Int32 = 0
            waitpid(child, &status, 0)
            #expect(status == 7 << 8)
        }
    }
}
