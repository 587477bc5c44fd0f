import Glibc
import NIOCore
import Testing

@testable import FSService

@Suite("zips made of zips")
struct ZipAssemblerTests {
    private let scratch = ScratchDirectory(in: "/dev/shm")

    /// 70,000 entries, of which most begin behind 4 GiB of something else: a hole, so that it takes no memory.
    @Test("other tools read one with more entries and larger offsets than 16 and 32 bits count")
    func large() throws {
        let shard = ArchiveBuilder.zip(
            (0..<1000).map { .file("name-\($0)", "content") } + [.link("link", to: "name-0"), .directory("empty")])
        let gap = ByteBuffer(repeating: 0, count: 64 << 20)
        var zip = ZipAssembler()
        let file = open(scratch["archive.zip"], O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        var position: off_t = 0
        func put(_ bytes: ByteBuffer) {
            bytes.withUnsafeReadableBytes { position += off_t(pwrite(file, $0.baseAddress, $0.count, position)) }
        }
        for _ in 0..<70 {
            put(try zip.complete(ByteBuffer(bytes: shard)))
            // It goes out in front of an archive's own bytes, as those of a large file do.
            position += off_t(zip.add(gap).readableBytes)
            put(try zip.complete(ByteBuffer(bytes: ArchiveBuilder.zip([]))))
        }
        put(zip.finish())
        #expect(position > 4 << 30)
        let check = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            members = archive.infolist()
            assert len(members) == 70 * 1002, len(members)
            assert members[-1].header_offset > 1 << 32
            assert all(archive.read(member) == b"content" for member in members[500::1002])
            """
        #expect(run(["python3", "-c", check, scratch["archive.zip"]]) == 0)
        #expect(run(["unzip", "-qql", scratch["archive.zip"], "name-7"]) == 0)
    }

    private func run(_ command: [String]) -> Int32 {
        let arguments = command.map { (argument: String) in strdup(argument) } + [nil]
        defer { arguments.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var (child, status) = (pid_t(), Int32(-1))
        guard posix_spawnp(&child, command[0], &actions, nil, arguments, environ) == 0 else { return -1 }
        waitpid(child, &status, 0)
        return status
    }
}
