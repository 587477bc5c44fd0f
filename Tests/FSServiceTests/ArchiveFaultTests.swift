import AgentCore
import AgentTestSupport
import Glibc
import NIOCore
import Synchronization
import Testing

@testable import FSService

/// Raised once, seen by all threads.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .relaxed) }

    func raise() { value.store(true, ordering: .relaxed) }
}

@Suite("archives when something goes wrong")
struct ArchiveFaultTests {
    private let scratch = ScratchDirectory(in: "/dev/shm")
    private let files = FileSystemService()

    @Test("a full disk is 507, for the spool and for the target, and leaves nothing", arguments: ArchiveFormat.allCases)
    func diskFull(format: ArchiveFormat) async throws {
        for name in ["tree", "disk"] { mkdir(scratch[name], 0o755) }
        var generator = SeededGenerator(seed: 1)
        for index in 0..<5 {
            let noise = (0..<400_000).map { _ in UInt8.random(in: 32..<127, using: &generator) }
            scratch.create("tree/\(index)", String(decoding: noise, as: UTF8.self))
        }
        let archive = try await files.archive(of: scratch.filePath("tree"), as: format)
        guard mount("tmpfs", scratch["disk"], "tmpfs", 0, "size=1m") == 0 else {
            return print("skipped: cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        }
        defer { umount2(scratch["disk"], Int32(MNT_DETACH)) }
        scratch.create("disk/old", "old")
        let spoolsThere = try FileSystemService(spoolDirectory: scratch.filePath("disk"))
        for (service, target) in [(files, "disk/new"), (files, "disk"), (spoolsThere, "elsewhere")] {
            let error = await #expect(throws: AgentError.self) {
                try await service.unpack(archive, as: format, into: scratch.filePath(target))
            }
            #expect(error?.code == .insufficientStorage)
            let path = scratch["disk"]
            var space = statvfs()
            #expect(await eventually { statvfs(path, &space) == 0 && space.f_bfree >= space.f_blocks - 1 })
        }
        #expect(scratch.content("disk/old") == "old")
        #expect(scratch.names() == ["tree", "disk"])
    }

    @Test("one that is cancelled midway leaves nothing", arguments: ArchiveFormat.allCases, 0..<6)
    func cancelled(format: ArchiveFormat, round: Int) async throws {
        mkdir(scratch["tree"], 0o755)
        for index in 0..<400 { scratch.create("tree/\(index)", String(repeating: "text\(index)", count: 2000)) }
        let spool = try await files.spool(files.pack(scratch.filePath("tree"), as: format))
        let target = try scratch.filePath("new/target")
        let outcome = await withTaskGroup(of: Bool.self) { group in
            group.addTask { [files] in
                do {
                    try await files.unpack(spool, as: format, into: target)
                    return true
                } catch {
                    return false
                }
            }
            try? await Task.sleep(for: .milliseconds(round * 6))
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(scratch.names() == (outcome ? ["tree", "new"] : ["tree"]))
        if outcome { #expect(TreeSnapshot(scratch["new/target"], format).entries.count == 400) }
    }

    @Test("an upload that breaks off leaves nothing open")
    func uploadBreaksOff() async throws {
        struct Broken: Error {}
        let chunks = AsyncThrowingStream<ByteBuffer, any Error>(bufferingPolicy: .unbounded) { continuation in
            continuation.yield(ByteBuffer(repeating: 0, count: 1 << 20))
            continuation.finish(throwing: Broken())
        }
        let service = try FileSystemService(spoolDirectory: FilePath(scratch.path))
        await #expect(throws: Broken.self) { _ = try await service.spool(chunks) }
        #expect(scratch.names().isEmpty)
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    @Test(
        "files that vanish, grow and shrink while they are packed make a good archive",
        arguments: ArchiveFormat.allCases)
    func changing(format: ArchiveFormat) async throws {
        mkdir(scratch["tree"], 0o755)
        for index in 0..<100 {
            mkdir(scratch["tree/\(index)"], 0o755)
            scratch.create("tree/\(index)/small", String(repeating: "s", count: 1000))
            scratch.create("tree/\(index)/large", String(repeating: "l", count: 300_000))
        }
        for round in 0..<3 {
            let isDone = Flag()
            let path = scratch["tree"]
            let archive = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { Self.disturb(path, seed: UInt64(round), until: isDone) }
                defer { isDone.raise() }
                return try await files.archive(of: scratch.filePath("tree"), as: format)
            }
            try await files.unpack(archive, as: format, into: scratch.filePath("copy\(round)"))
            #expect(TreeSnapshot(scratch["copy\(round)"], format).entries.count > 100)
        }
    }

    /// Changes files beneath `path` until it is told to stop.
    private static func disturb(_ path: String, seed: UInt64, until isDone: Flag) {
        var generator = SeededGenerator(seed: seed)
        while !isDone.isRaised {
            let directory = "\(path)/\(Int.random(in: 0..<100, using: &generator))"
            let file = directory + (Bool.random(using: &generator) ? "/small" : "/large")
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: unlink(file)
            case 1: truncate(file, off_t.random(in: 0..<1_000_000, using: &generator))
            case 2: rename(file, directory + "/moved")
            case 3:
                unlink(file)
                symlink("moved", file)
            case 4:
                unlink(file)
                mkfifo(file, 0o600)
            default:
                unlink(file)
                close(open(file, O_WRONLY | O_CREAT, 0o644))
            }
        }
    }

    @Test("what cannot be read is an error, at once for a small tree")
    func unreadable() async throws {
        guard geteuid() == 0 else { return print("skipped: only root can become a user who may not read a file") }
        mkdir(scratch["tree"], 0o755)
        scratch.create("tree/secret", "x", mode: 0)
        scratch.create("file")
        chmod(scratch.path, 0o755)
        let (tree, file, missing) = (
            try scratch.filePath("tree"), try scratch.filePath("file"), try scratch.filePath("no")
        )
        for (path, code) in [(file, AgentError.Code.invalidArgument), (missing, .notFound)] {
            let error = await #expect(throws: AgentError.self) { _ = try await files.pack(path, as: .zip) }
            #expect(error?.code == code)
        }
        seteuid(65534)
        defer { seteuid(0) }
        let failure = Result { () throws(AgentError) in
            try TreeReader(tree, keepsHardLinks: true).next(limit: 1000)
        }
        guard case .failure(let error) = failure else {
            Issue.record("a file nobody may read was read")
            return
        }
        #expect(error.code == .permissionDenied && error.message.contains("tree/secret"))
    }
}
