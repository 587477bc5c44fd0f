import AgentCore
import CFileSystem
import FSService
import Glibc
import NIOCore
import Testing

@Suite("write_file with options")
struct WriteOptionsTests {
    private let files = FileSystemService()
    private let scratch = ScratchDirectory()

    private func write(_ content: String, to name: String, _ options: WriteOptions) async throws {
        var file = try await files.beginWrite(scratch.filePath(name), options)
        try await file.write(ByteBuffer(string: content))
        try await file.commit()
    }

    @Test(
        "a part goes where it is to go, and what is behind it stays unless it is to be cut",
        arguments: [
            (0, false, "XY23456789"), (4, false, "0123XY6789"), (8, false, "01234567XY"), (9, false, "012345678XY"),
            (10, false, "0123456789XY"), (0, true, "XY"), (4, true, "0123XY"), (10, true, "0123456789XY"),
        ] as [(Int64, Bool, String)])
    func parts(offset: Int64, truncating: Bool, expected: String) async throws {
        scratch.create("data", "0123456789", mode: 0o640)
        let inode = scratch.status("data").st_ino
        try await write("XY", to: "data", WriteOptions(placement: .part(from: offset, truncating: truncating)))
        #expect(scratch.content("data") == expected)
        #expect(scratch.status("data").st_ino == inode)
        #expect(scratch.status("data").st_mode == S_IFREG | 0o640)
    }

    @Test("a part cannot begin behind the end, and the error says where that is")
    func behindTheEnd() async throws {
        scratch.create("data", "01234")
        let error = await #expect(throws: AgentError.self) {
            try await write("x", to: "data", WriteOptions(placement: .part(from: 6, truncating: false)))
        }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("5 bytes") == true)
        #expect(scratch.content("data") == "01234")
    }

    @Test("a part of a file that is missing creates it from the beginning only")
    func missing() async throws {
        let error = await #expect(throws: AgentError.self) {
            try await write("x", to: "a/data", WriteOptions(placement: .part(from: 1, truncating: false)))
        }
        #expect(error?.code == .notFound)
        #expect(scratch.names().isEmpty)
        let options = WriteOptions(mode: FileMode(rawValue: 0o666), placement: .part(from: 0, truncating: false))
        try await write("x", to: "a/data", options)
        #expect(scratch.content("a/data") == "x")
        #expect(scratch.status("a/data").st_mode == S_IFREG | 0o666)
    }

    @Test("a part that is broken off leaves what has arrived, down to the last byte")
    func brokenOff() async throws {
        scratch.create("data", "0123456789")
        var file = try await files.beginWrite(
            scratch.filePath("data"), WriteOptions(placement: .part(from: 2, truncating: true)))
        try await file.write(ByteBuffer(string: "XY"))
        await file.abort()
        #expect(scratch.content("data") == "01XY456789")
    }

    @Test("a durable write is a write", arguments: [WriteOptions.Placement.whole, .part(from: 0, truncating: true)])
    func durable(placement: WriteOptions.Placement) async throws {
        for content in ["first", "second"] {
            try await write(content, to: "a/b/data", WriteOptions(placement: placement, isDurable: true))
            #expect(scratch.content("a/b/data") == content)
        }
    }

    @Test("a replaced file passes on its attributes and its access list")
    func attributes() async throws {
        scratch.create("data", "old", mode: 0o640)
        guard setxattr(scratch["data"], "user.origin", "elsewhere", 9, 0) == 0 else {
            return print("skipped: no extended attributes in /tmp: \(String(cString: strerror(errno)))")
        }
        // user::rw-, user 12345: r--, group::r--, mask::r--, other::---, as `man 5 acl` has it on the disk.
        let list: [UInt8] =
            [2, 0, 0, 0] + [1, 0, 6, 0, 255, 255, 255, 255] + [2, 0, 4, 0, 57, 48, 0, 0]
            + [4, 0, 4, 0, 255, 255, 255, 255] + [16, 0, 4, 0, 255, 255, 255, 255] + [32, 0, 0, 0, 255, 255, 255, 255]
        let hasLists = setxattr(scratch["data"], "system.posix_acl_access", list, list.count, 0) == 0
        try await files.write("new", to: scratch.filePath("data"))
        #expect(scratch.content("data") == "new")
        #expect(attribute("user.origin") == Array("elsewhere".utf8))
        #expect(scratch.status("data").st_mode == S_IFREG | 0o640)
        guard hasLists else { return print("skipped: no access lists in /tmp") }
        #expect(attribute("system.posix_acl_access") == list)
    }

    private func attribute(_ name: String) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 256)
        let length = getxattr(scratch["data"], name, &value, value.count)
        return length >= 0 ? Array(value[..<length]) : nil
    }

    @Test("directories created for a write that fails are gone again, those somebody uses stay")
    func directories() async throws {
        mkdir(scratch["a"], 0o755)
        let first = try await files.beginWrite(scratch.filePath("a/b/c/one"))
        #expect(access(scratch["a/b/c"], F_OK) == 0)
        await first.abort()
        #expect(access(scratch["a/b"], F_OK) != 0)
        #expect(access(scratch["a"], F_OK) == 0)
        let second = try await files.beginWrite(scratch.filePath("a/b/c/two"))
        scratch.create("a/b/other")
        await second.abort()
        #expect(access(scratch["a/b/c"], F_OK) != 0)
        #expect(scratch.content("a/b/other") == "")
    }

    @Test("a write survives that another one removes the directory both needed")
    func sharedDirectory() async throws {
        let failing = try await files.beginWrite(scratch.filePath("new/below/one"))
        var other = try await files.beginWrite(scratch.filePath("new/below/two"))
        try await other.write(ByteBuffer(string: "two"))
        await failing.abort()
        #expect(access(scratch["new"], F_OK) != 0)
        try await other.commit()
        #expect(scratch.content("new/below/two") == "two")
    }

    @Test("files of the kernel are written to as they are, in one piece")
    func kernelFiles() async throws {
        let path = "/proc/self/task/\(getpid())/comm"
        let before = readAll(path)
        var file = try await files.beginWrite(FilePath(path))
        for piece in ["re", "named"] { try await file.write(ByteBuffer(string: piece)) }
        try await file.commit()
        #expect(readAll(path) == "renamed\n")
        try await files.write(String(before.dropLast()), to: FilePath(path))
        #expect(readAll(path) == before)
        let error = await #expect(throws: AgentError.self) {
            try await files.write("no number", to: FilePath("/proc/self/oom_score_adj"))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("/proc/self/oom_score_adj") == true)
    }

    private func readAll(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
