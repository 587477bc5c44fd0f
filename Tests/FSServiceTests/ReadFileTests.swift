import AgentCore
import AgentTestSupport
import FSService
import Glibc
import NIOCore
import Testing

@Suite("read_file")
struct ReadFileTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    @Test("a file arrives whole, whatever its size", arguments: [0, 1, 262_143, 262_144, 262_145, 1_000_000])
    func roundTrip(size: Int) async throws {
        let path = try scratch.filePath("data")
        let content = String((0..<size).map { Character(UnicodeScalar(UInt8(ascii: "a") + UInt8($0 % 23))) })
        scratch.create("data", content)
        let file = try await files.openForReading(path)
        #expect(file.length == Int64(size))
        #expect(try await files.contents(of: path) == content)
    }

    @Test("chunks are bounded and each iteration begins at the start")
    func chunks() async throws {
        scratch.create("data", String(repeating: "x", count: 600_000))
        let file = try await files.openForReading(scratch.filePath("data"))
        for _ in 0..<2 {
            var sizes: [Int] = []
            for try await chunk in file { sizes.append(chunk.readableBytes) }
            #expect(sizes == [262_144, 262_144, 75_712])
        }
    }

    @Test("the modification time is the file's, to the nanosecond")
    func modificationTime() async throws {
        scratch.create("data")
        let times = [timespec(tv_sec: 1, tv_nsec: 2), timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)]
        utimensat(AT_FDCWD, scratch["data"], times, 0)
        let file = try await files.openForReading(scratch.filePath("data"))
        #expect(file.version.modificationTime == UnixTime(seconds: 1_700_000_000, nanoseconds: 123_456_789))
    }

    @Test("what is not a regular file is refused and never waited for", .timeLimit(.minutes(1)))
    func specialFiles() async throws {
        mkfifo(scratch["fifo"], 0o644)
        mkdir(scratch["directory"], 0o755)
        symlink("fifo", scratch["link"])
        let paths = ["fifo", "directory", "link"].map { scratch[$0] } + ["/dev/null", "/dev/zero"]
        for path in paths {
            let error = await #expect(throws: AgentError.self) { try await files.openForReading(FilePath(path)) }
            #expect(error?.code == .invalidArgument, "\(path)")
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("a missing file is not found, a path without a meaning is invalid")
    func errors() async throws {
        let missing = await #expect(throws: AgentError.self) {
            try await files.openForReading(scratch.filePath("missing"))
        }
        #expect(missing?.code == .notFound)
        scratch.create("file")
        let through = await #expect(throws: AgentError.self) {
            try await files.openForReading(scratch.filePath("file/below"))
        }
        #expect(through?.code == .invalidArgument)
    }

    @Test("a file of /proc is delivered though it announces no size")
    func procfs() async throws {
        let path = try FilePath("/proc/self/cmdline")
        let file = try await files.openForReading(path)
        let content = try await files.contents(of: path)
        #expect(!content.isEmpty)
        #expect(file.length == Int64(content.utf8.count))
    }

    @Test("a file of /sys is as long as its content, not the page it announces")
    func sysfs() async throws {
        let path = "/sys/kernel/mm/transparent_hugepage/enabled"
        guard access(path, R_OK) == 0 else { return print("skipped: this kernel has no \(path)") }
        let file = try await files.openForReading(FilePath(path))
        let content = try await files.contents(of: FilePath(path))
        #expect(content.hasSuffix("\n"))
        #expect(file.length == Int64(content.utf8.count))
    }

    @Test("a file that is cut while it is sent breaks the transfer off")
    func shrinking() async throws {
        scratch.create("data", String(repeating: "x", count: 600_000))
        var chunks = try await files.openForReading(scratch.filePath("data")).makeAsyncIterator()
        _ = try await chunks.next()
        truncate(scratch["data"], 300_000)
        let error = await #expect(throws: AgentError.self) { try await chunks.next() }
        #expect(error?.code == .conflict)
    }

    @Test("a file that grows while it is sent ends where it was announced to end")
    func growing() async throws {
        scratch.create("data", String(repeating: "x", count: 300_000))
        let file = try await files.openForReading(scratch.filePath("data"))
        truncate(scratch["data"], 900_000)
        var sent = 0
        for try await chunk in file { sent += chunk.readableBytes }
        #expect(file.length == 300_000)
        #expect(sent == 300_000)
    }

    @Test("a reader that stops early leaves no descriptor")
    func descriptors() async throws {
        scratch.create("data", String(repeating: "x", count: 600_000))
        let path = try scratch.filePath("data")
        for _ in 0..<50 {
            var chunks = try await files.openForReading(path).makeAsyncIterator()
            #expect(try await chunks.next() != nil)
        }
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }
}
