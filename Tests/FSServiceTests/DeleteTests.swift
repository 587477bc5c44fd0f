import AgentCore
import FSService
import Glibc
import Testing

@Suite("delete_file and delete_directory")
struct DeleteTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    @Test("files, links and empty directories are deleted, what links lead to is not")
    func deleteFile() async throws {
        scratch.create("file", "kept")
        symlink("file", scratch["link"])
        symlink("missing", scratch["dangling"])
        mkdir(scratch["empty"], 0o755)
        mkfifo(scratch["fifo"], 0o644)
        for name in ["link", "dangling", "empty", "fifo"] { try await files.deleteFile(scratch.filePath(name)) }
        #expect(scratch.names() == ["file"])
        #expect(scratch.content("file") == "kept")
    }

    @Test("a file that is not there is not found, a directory in use is a conflict")
    func refusals() async throws {
        mkdir(scratch["full"], 0o755)
        scratch.create("full/file")
        let missing = await #expect(throws: AgentError.self) {
            try await files.deleteFile(scratch.filePath("missing"))
        }
        #expect(missing?.code == .notFound)
        #expect(missing?.message.contains(scratch["missing"]) == true)
        let full = await #expect(throws: AgentError.self) { try await files.deleteFile(scratch.filePath("full")) }
        #expect(full?.code == .conflict)
        #expect(scratch.names() == ["full"])
    }

    @Test("a tree goes as a whole, and links in it are not followed")
    func deleteDirectory() async throws {
        scratch.create("outside", "kept")
        mkdir(scratch["outside.d"], 0o755)
        scratch.create("outside.d/file", "kept")
        mkdir(scratch["tree"], 0o755)
        mkdir(scratch["tree/below"], 0o755)
        scratch.create("tree/below/file")
        symlink(scratch["outside"], scratch["tree/link"])
        symlink(scratch["outside.d"], scratch["tree/below/link"])
        try await files.deleteDirectory(scratch.filePath("tree/"))
        #expect(scratch.names() == ["outside", "outside.d"])
        #expect(scratch.content("outside.d/file") == "kept")
    }

    @Test("a directory that is not there is fine, also where its parent is not")
    func missing() async throws {
        try await files.deleteDirectory(scratch.filePath("missing"))
        try await files.deleteDirectory(scratch.filePath("missing/below"))
    }

    @Test("a link to a directory is deleted, the directory stays")
    func link() async throws {
        mkdir(scratch["real"], 0o755)
        scratch.create("real/file", "kept")
        symlink("real", scratch["link"])
        try await files.deleteDirectory(scratch.filePath("link"))
        #expect(scratch.names() == ["real"])
        #expect(scratch.content("real/file") == "kept")
    }

    @Test("what is no directory, the root and dots are refused", arguments: ["file", "/", ".", "dir/..", "dir/."])
    func refused(name: String) async throws {
        scratch.create("file", "kept")
        mkdir(scratch["dir"], 0o755)
        let path = name == "/" ? try FilePath("/") : try scratch.filePath(name)
        let error = await #expect(throws: AgentError.self) { try await files.deleteDirectory(path) }
        #expect(error?.code == .invalidArgument)
        #expect(scratch.names() == ["file", "dir"])
    }
}
