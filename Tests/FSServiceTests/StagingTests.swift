import AgentCore
import AgentTestSupport
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import FSService

/// What file systems without O_TMPFILE get, which is nothing this machine need have.
@Suite("Staging under a hidden name")
struct StagingTests {
    private let scratch = ScratchDirectory()

    private func beginWrite(_ name: String) throws -> FileWriter {
        let path = try scratch.filePath(name)
        let staging = try Staging(beside: WriteTarget(resolving: path), preferringUnnamed: false)
        return FileWriter(destination: staging, blocking: BlockingPool(threads: .singleton))
    }

    @Test("a file that is committed takes its place and nothing else is left", arguments: ["data", "new"])
    func commit(name: String) async throws {
        scratch.create("data", "old", mode: 0o640)
        var file = try beginWrite(name)
        try await file.write(ByteBuffer(string: "new"))
        let hidden = try #require(scratch.names().subtracting(["data"]).first)
        #expect(hidden.hasPrefix(".guest-agent-"))
        #expect(scratch.status(hidden).st_mode == S_IFREG | 0o600)
        try await file.commit()
        #expect(scratch.content(name) == "new")
        #expect(scratch.status(name).st_mode == S_IFREG | (name == "data" ? 0o640 : 0o644))
        #expect(scratch.names() == ["data", name])
    }

    @Test("a file that is aborted or let go of leaves nothing", arguments: [true, false])
    func abort(explicitly: Bool) async throws {
        scratch.create("data", "old")
        try await write(abortingExplicitly: explicitly)
        #expect(await eventually { scratch.names() == ["data"] })
        #expect(scratch.content("data") == "old")
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    private func write(abortingExplicitly explicitly: Bool) async throws {
        var file = try beginWrite("data")
        try await file.write(ByteBuffer(repeating: 0, count: 300_000))
        #expect(scratch.names().count == 2)
        if explicitly { await file.abort() }
    }

    @Test("a commit that fails leaves nothing")
    func failedCommit() async throws {
        var file = try beginWrite("data")
        try await file.write(ByteBuffer(string: "new"))
        mkdir(scratch["data"], 0o755)
        #expect(await failure(ofCommitting: file) == .invalidArgument)
        #expect(scratch.names() == ["data"])
    }

    private func failure(ofCommitting file: consuming FileWriter) async -> AgentError.Code? {
        do {
            try await file.commit()
            return nil
        } catch {
            return (error as? AgentError)?.code
        }
    }
}
