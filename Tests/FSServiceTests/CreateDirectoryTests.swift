import AgentCore
import FSService
import Glibc
import Testing

@Suite("create_directory and set_file_permissions")
struct CreateDirectoryTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    private func mode(_ name: String) -> mode_t { scratch.status(name).st_mode & 0o7777 }

    @Test("parents are created too, the mode is exact whatever the umask")
    func create() async throws {
        try await files.createDirectory(scratch.filePath("a/b/c"), mode: FileMode(octal: "1777"))
        #expect(mode("a/b/c") == 0o1777)
        #expect(mode("a") == 0o755)
    }

    @Test("a directory that is there stays as it is, a link to one counts as one")
    func existing() async throws {
        mkdir(scratch["there"], 0o700)
        symlink("there", scratch["link"])
        try await files.createDirectory(scratch.filePath("there"), mode: .newDirectory)
        try await files.createDirectory(scratch.filePath("link"), mode: .newDirectory)
        try await files.createDirectory(FilePath("/"))
        #expect(mode("there") == 0o700)
    }

    @Test("a file of that name is a conflict, a file on the way is a wrong path")
    func conflicts() async throws {
        scratch.create("file", "kept")
        symlink("missing", scratch["dangling"])
        for (name, code) in [
            ("file", AgentError.Code.conflict), ("dangling", .conflict), ("file/below", .invalidArgument),
        ] {
            let error = await #expect(throws: AgentError.self) {
                try await files.createDirectory(scratch.filePath(name))
            }
            #expect(error?.code == code)
        }
        #expect(scratch.content("file") == "kept")
    }

    @Test("mode, owner and group are set, by name or number, links followed")
    func permissions() async throws {
        scratch.create("file")
        symlink("file", scratch["link"])
        let path = try scratch.filePath("link")
        try await files.setPermissions(of: path, mode: FileMode(octal: "4750"), owner: "daemon", group: "54321")
        #expect(mode("file") == 0o4750)
        #expect(scratch.status("file").st_uid == 1)
        #expect(scratch.status("file").st_gid == 54_321)
        try await files.setPermissions(of: path, mode: FileMode(octal: "600"), owner: "", group: "daemon")
        #expect(mode("file") == 0o600)
        #expect(scratch.status("file").st_uid == 1)
        #expect(scratch.status("file").st_gid == 1)
    }

    @Test(
        "a name nobody has changes nothing",
        arguments: [("no-such-user", ""), ("", "no-such-group"), ("-1", ""), ("4294967295", "")])
    func unknown(owner: String, group: String) async throws {
        scratch.create("file", mode: 0o644)
        let error = await #expect(throws: AgentError.self) {
            try await files.setPermissions(
                of: scratch.filePath("file"), mode: FileMode(octal: "777"), owner: owner, group: group)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("\"\(owner + group)\"") == true)
        #expect(mode("file") == 0o644)
    }
}
