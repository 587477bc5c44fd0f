import AgentCore
import AgentTestSupport
import FSService
import Glibc
import NIOCore
import Testing

@Suite("list_files and file_info")
struct ListFilesTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    @Test("entries come in the order of their bytes, with all that is known of them")
    func listing() async throws {
        for name in ["b", "a", "Z", "ä", ".hidden", "a.txt"] { scratch.create(name, "12345") }
        mkdir(scratch["dir"], 0o755)
        let entries = try await files.list(FilePath(scratch.path))
        #expect(entries.map(\.name) == [".hidden", "Z", "a", "a.txt", "b", "dir", "ä"])
        #expect(entries.map(\.path) == entries.map { scratch[$0.name] })
        #expect(entries.map(\.size) == [5, 5, 5, 5, 5, 0, 5])
        #expect(entries.filter(\.isDirectory).map(\.name) == ["dir"])
        let time = scratch.status("a").st_mtim
        let expected = UnixTime(seconds: Int64(time.tv_sec), nanoseconds: Int(time.tv_nsec))
        #expect(entries[2].modificationTime == expected)
    }

    @Test("pages follow one another without gap or overlap")
    func pages() async throws {
        for number in 0..<2500 { scratch.create("f\(number)") }
        let path = try FilePath(scratch.path)
        let all = try await files.list(path).map(\.name)
        var paged: [String] = []
        var offset: Int? = 0
        while let start = offset {
            let page = try await files.list(path, offset: start, limit: 1100) { $0.map(\.name) }
            paged += page.shares.flatMap(\.self)
            offset = page.nextOffset
        }
        #expect(paged == all)
        #expect(try await files.list(path, offset: 2500) == [])
        #expect(try await files.list(path, offset: 9999, limit: .max) == [])
    }

    @Test("a tree comes directory by directory, in pages of any size")
    func tree() async throws {
        for directory in ["a", "a/b", "c", "d"] { mkdir(scratch[directory], 0o755) }
        for file in ["a/1", "a/b/2", "c/3", "z"] { scratch.create(file) }
        symlink("a", scratch["y"])
        let expected = ["a", "a/1", "a/b", "a/b/2", "c", "c/3", "d", "y", "z"].map { scratch[$0] }
        let path = try FilePath(scratch.path)
        for limit in 1...10 {
            var paged: [String] = []
            var pages = 0
            var offset: Int? = 0
            while let start = offset {
                let page = try await files.listTree(path, offset: start, limit: limit) { $0.map(\.path) }
                paged += page.shares.flatMap(\.self)
                offset = page.nextOffset
                pages += 1
            }
            #expect(paged == expected)
            #expect(pages == (expected.count + limit - 1) / limit)
        }
        #expect(try await files.listTree(path, offset: .max) { $0 }.shares.isEmpty)
    }

    @Test("owner, group, mode and the target of a link are told")
    func details() async throws {
        scratch.create("file", mode: 0o4751)
        symlink("/no/where", scratch["link"])
        chown(scratch["file"], 1, 54_321)
        chmod(scratch["file"], 0o4751)
        let entries = try await files.list(FilePath(scratch.path))
        #expect(entries[0].owner == "daemon")
        #expect(entries[0].group == "54321")
        #expect(entries[0].userID == 1)
        #expect(entries[0].mode.octalText == "4751")
        #expect(entries[0].linkTarget == nil)
        #expect(entries[1].linkTarget == "/no/where")
    }

    @Test("an empty directory has no entries, and slashes at the end do not double")
    func empty() async throws {
        mkdir(scratch["empty"], 0o755)
        #expect(try await files.list(scratch.filePath("empty")) == [])
        #expect(try await files.list(FilePath(scratch.path + "/")).map(\.path) == [scratch["empty"]])
    }

    @Test("a listing shows links themselves, file_info what they lead to")
    func links() async throws {
        scratch.create("target", "12345")
        symlink("target", scratch["link"])
        symlink("missing", scratch["dangling"])
        let entries = try await files.list(FilePath(scratch.path))
        #expect(entries.map(\.kind) == [.symbolicLink, .symbolicLink, .regular])
        let info = try await files.info(of: scratch.filePath("link"))
        #expect(info.kind == .regular)
        #expect(info.size == 5)
        #expect(info.name == "link")
        #expect(info.path == scratch["link"])
        let error = await #expect(throws: AgentError.self) {
            try await files.info(of: scratch.filePath("dangling"))
        }
        #expect(error?.code == .notFound)
    }

    @Test("names that are no UTF-8, that hold newlines or have 255 bytes are listed")
    func names() async throws {
        for name in [[0x61, 0xFF], Array("a\nb".utf8), [UInt8](repeating: 0x7A, count: 255)] as [[UInt8]] {
            try await files.write("x", to: FilePath(bytes: Array((scratch.path + "/").utf8) + name))
        }
        let entries = try await files.list(FilePath(scratch.path))
        #expect(entries.map(\.name) == ["a\nb", "a\u{FFFD}", String(repeating: "z", count: 255)])
        #expect(entries.map(\.percentEncodedPath) == [nil, scratch.path + "/a%FF", nil])
    }

    @Test("what is not a directory cannot be listed, and a FIFO is not waited for", .timeLimit(.minutes(1)))
    func refusals() async throws {
        scratch.create("file")
        mkfifo(scratch["fifo"], 0o644)
        let expected: [(String, AgentError.Code)] = [
            ("file", .invalidArgument), ("fifo", .invalidArgument), ("missing", .notFound),
        ]
        for (name, code) in expected {
            let error = await #expect(throws: AgentError.self) { try await files.list(scratch.filePath(name)) }
            #expect(error?.code == code, "\(name)")
        }
    }

    @Test("a directory that changes while it is listed is listed all the same")
    func vanishing() async throws {
        let path = try FilePath(scratch.path)
        for number in 0..<3000 { scratch.create("stays-\(number)") }
        try await withThrowingTaskGroup { group in
            group.addTask {
                for number in 0..<3000 {
                    scratch.create("goes-\(number)")
                    unlink(scratch["goes-\(number)"])
                }
            }
            for _ in 0..<10 {
                let names = try await files.list(path).map(\.name).filter { $0.hasPrefix("stays") }
                #expect(names.count == 3000)
                #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            }
            try await group.waitForAll()
        }
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    @Test(
        "modes read as Go writes them",
        arguments: [
            ("/dev/null", "Dcrw-rw-rw-"), ("/tmp", "dtrwxrwxrwx"), ("/etc/passwd", "-rw-r--r--"),
        ])
    func knownModes(path: String, description: String) async throws {
        #expect(try await files.info(of: FilePath(path)).modeDescription == description)
    }

    @Test(
        "special bits are letters of their own",
        arguments: [
            (0o4755, "urwxr-xr-x"), (0o2640, "grw-r-----"), (0o1000, "t---------"), (0o7777, "ugtrwxrwxrwx"),
        ])
    func specialBits(mode: UInt32, description: String) async throws {
        scratch.create("file", mode: mode)
        let info = try await files.info(of: scratch.filePath("file"))
        #expect(info.modeDescription == description)
        #expect(info.mode.rawValue == mode)
    }

    @Test("a FIFO, a socket's place and a link have letters too")
    func kinds() async throws {
        mkfifo(scratch["fifo"], 0o644)
        symlink("fifo", scratch["link"])
        let entries = try await files.list(FilePath(scratch.path))
        #expect(entries.map { $0.modeDescription.first } == ["p", "L"])
    }
}
