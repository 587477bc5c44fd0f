import AgentCore
import AgentTestSupport
import FSService
import Glibc
import NIOCore
import Testing

@Suite("write_file that does not end well")
struct WriteFailureTests {
    private struct ClientGone: Error {}

    private let files = FileSystemService()
    private let scratch = ScratchDirectory()
    private let chunk = ByteBuffer(repeating: 0x78, count: 300_000)

    @Test("an aborted write leaves the old file and nothing else")
    func abort() async throws {
        scratch.create("data", "old")
        var file = try await files.beginWrite(scratch.filePath("data"))
        try await file.write(chunk)
        await file.abort()
        try await expectUntouched()
    }

    @Test("a write that is let go of leaves the old file and nothing else")
    func dropped() async throws {
        scratch.create("data", "old")
        do {
            var file = try await files.beginWrite(scratch.filePath("data"))
            try await file.write(chunk)
        }
        try await expectUntouched()
    }

    @Test("a body that breaks off leaves the old file and nothing else")
    func bodyFails() async throws {
        scratch.create("data", "old")
        let body = AsyncThrowingStream<ByteBuffer, any Error>(bufferingPolicy: .unbounded) {
            $0.yield(chunk)
            $0.yield(chunk)
            $0.finish(throwing: ClientGone())
        }
        await #expect(throws: ClientGone.self) { try await files.write(body, to: scratch.filePath("data")) }
        try await expectUntouched()
    }

    @Test("a cancelled write leaves the old file and nothing else")
    func cancelled() async throws {
        scratch.create("data", "old")
        let path = try scratch.filePath("data")
        let (body, source) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .unbounded)
        await withTaskGroup { group in
            group.addTask { [files] in
                await #expect(throws: CancellationError.self) { try await files.write(body, to: path) }
            }
            source.yield(chunk)
            group.cancelAll()
            await group.waitForAll()
        }
        try await expectUntouched()
    }

    @Test("a full disk is reported, and leaves the old file and nothing else")
    func diskFull() async throws {
        mkdir(scratch["disk"], 0o755)
        guard mount("tmpfs", scratch["disk"], "tmpfs", 0, "size=1m") == 0 else {
            return print("skipped: cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        }
        defer { umount2(scratch["disk"], Int32(MNT_DETACH)) }
        scratch.create("disk/data", "old")
        for name in ["data", "new"] {
            var file = try await files.beginWrite(scratch.filePath("disk/\(name)"))
            var failure: AgentError?
            do throws(any Error) {
                for _ in 0..<8 { try await file.write(chunk) }
                try await file.commit()
            } catch let error as AgentError {
                failure = error
            }
            #expect(failure?.code == .insufficientStorage)
            #expect(failure?.message.contains("disk/\(name)") == true)
        }
        #expect(scratch.content("disk/data") == "old")
        var space = statvfs()
        #expect(await eventually { statvfs(scratch["disk"], &space) == 0 && space.f_bfree >= space.f_blocks - 1 })
    }

    @Test("a read-only file system is a matter of permission, for new files and old")
    func readOnly() async throws {
        mkdir(scratch["disk"], 0o755)
        guard mount("tmpfs", scratch["disk"], "tmpfs", 0, "size=1m") == 0 else {
            return print("skipped: cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        }
        defer { umount2(scratch["disk"], Int32(MNT_DETACH)) }
        scratch.create("disk/data", "old")
        mount("tmpfs", scratch["disk"], "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil)
        for name in ["disk/data", "disk/new", "disk/new/below"] {
            let error = await #expect(throws: AgentError.self) {
                try await files.write("x", to: scratch.filePath(name))
            }
            #expect(error?.code == .permissionDenied, "\(name)")
        }
    }

    /// The old file is as it was, nothing is beside it, and nothing is open.
    private func expectUntouched() async throws {
        #expect(scratch.content("data") == "old")
        #expect(scratch.names() == ["data"])
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }
}
