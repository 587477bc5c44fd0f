import AgentCore
import CFileSystem
import FSService
import Glibc
import Testing

@Suite("move")
struct MoveTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory(in: "/var/tmp")
    /// On another file system.
    private let elsewhere = ScratchDirectory(in: "/dev/shm")

    @Test("a file replaces a file, a directory an empty one")
    func rename() async throws {
        scratch.create("new", "new")
        scratch.create("old", "old")
        try await files.move(scratch.filePath("new"), to: scratch.filePath("old"))
        #expect(scratch.content("old") == "new")
        mkdir(scratch["dir"], 0o755)
        scratch.create("dir/file", "kept")
        mkdir(scratch["empty"], 0o755)
        try await files.move(scratch.filePath("dir"), to: scratch.filePath("empty"))
        #expect(scratch.names() == ["old", "empty"])
        #expect(scratch.content("empty/file") == "kept")
    }

    @Test("what cannot be done says why, and which of the paths is wrong")
    func refusals() async throws {
        scratch.create("file")
        mkdir(scratch["dir"], 0o755)
        mkdir(scratch["full"], 0o755)
        scratch.create("full/file")
        for (source, target, code, hint) in [
            ("missing", "x", AgentError.Code.notFound, "missing"),
            ("file", "missing/x", .notFound, "the directory it shall go to"),
            ("dir", "dir/below", .invalidArgument, "dir/below"),
            ("dir", "full", .conflict, "full"),
            ("file", "full", .invalidArgument, "full"),
        ] {
            let error = await #expect(throws: AgentError.self) {
                try await files.move(scratch.filePath(source), to: scratch.filePath(target))
            }
            #expect(error?.code == code, "\(source) to \(target): \(String(describing: error))")
            #expect(error?.message.contains(hint) == true)
        }
        #expect(scratch.names() == ["file", "dir", "full"])
    }

    @Test("to another file system everything goes along")
    func acrossDevices() async throws {
        try #require(scratch.status(".").st_dev != elsewhere.status(".").st_dev, "needs two file systems")
        mkdir(scratch["tree"], 0o755)
        mkdir(scratch["tree/empty"], 0o755)
        chmod(scratch["tree/empty"], 0o1770)
        scratch.create("tree/file", "content", mode: 0o4755)
        link(scratch["tree/file"], scratch["tree/same"])
        symlink("/no/where", scratch["tree/link"])
        mkfifo(scratch["tree/fifo"], 0o640)
        setxattr(scratch["tree/file"], "user.note", "hello", 5, 0)
        chown(scratch["tree/file"], 1, 2)
        chmod(scratch["tree/file"], 0o4755)
        utimensat(AT_FDCWD, scratch["tree"], [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 5)], 0)
        try await files.move(scratch.filePath("tree"), to: elsewhere.filePath("moved"))
        #expect(scratch.names() == [])
        #expect(elsewhere.names() == ["moved"])
        #expect(elsewhere.content("moved/file") == "content")
        let file = elsewhere.status("moved/file")
        #expect(file.st_mode & 0o7777 == 0o4755)
        #expect([file.st_uid, file.st_gid] == [1, 2])
        #expect(file.st_ino == elsewhere.status("moved/same").st_ino)
        #expect(elsewhere.status("moved/empty").st_mode & 0o7777 == 0o1770)
        #expect(elsewhere.status("moved/fifo").st_mode == S_IFIFO | 0o640)
        #expect(elsewhere.status("moved").st_mtim.tv_sec == 1000)
        #expect(elsewhere.status("moved").st_mtim.tv_nsec == 5)
        #expect(
            try await files.list(elsewhere.filePath("moved")).first { $0.name == "link" }?.linkTarget == "/no/where")
    }

    @Test("holes stay holes on the other file system")
    func holes() async throws {
        scratch.create("sparse")
        truncate(scratch["sparse"], 1 << 30)
        let descriptor = open(scratch["sparse"], O_WRONLY)
        pwrite(descriptor, "data", 4, 500 << 20)
        close(descriptor)
        try await files.move(scratch.filePath("sparse"), to: elsewhere.filePath("sparse"))
        let status = elsewhere.status("sparse")
        #expect(status.st_size == 1 << 30)
        #expect(status.st_blocks * 512 < 16 << 20)
        let copy = open(elsewhere["sparse"], O_RDONLY)
        defer { close(copy) }
        var bytes = [UInt8](repeating: 0, count: 4)
        pread(copy, &bytes, 4, 500 << 20)
        #expect(bytes == Array("data".utf8))
    }

    @Test("a move that cannot end well on the other file system leaves the source whole and nothing there")
    func failureAcrossDevices() async throws {
        mkdir(scratch["tree"], 0o755)
        scratch.create("tree/file", "kept")
        mkdir(elsewhere["full"], 0o755)
        elsewhere.create("full/file", "kept")
        let error = await #expect(throws: AgentError.self) {
            try await files.move(scratch.filePath("tree"), to: elsewhere.filePath("full"))
        }
        #expect(error?.code == .conflict)
        #expect(scratch.content("tree/file") == "kept")
        #expect(elsewhere.names() == ["full"])
        #expect(elsewhere.content("full/file") == "kept")
    }
}
