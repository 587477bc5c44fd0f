import AgentCore
import Glibc
import Testing

@testable import FSService

@Suite("archives that are refused")
struct ArchiveRefusalTests {
    typealias Entry = ArchiveBuilder.Entry

    /// What an archive holds besides an innocent first entry, and what the message must say.
    struct Nasty: Sendable, CustomStringConvertible {
        let description: String
        let entries: @Sendable () -> [Entry]
        var formats = ArchiveFormat.allCases
        var code = AgentError.Code.invalidArgument
        let names: String
    }

    private let scratch = ScratchDirectory(in: "/dev/shm")
    private let files = FileSystemService()

    static let table: [Nasty] = [
        Nasty(description: "goes up", entries: { [.file("../outside/evil")] }, names: "../outside/evil"),
        Nasty(description: "goes up midway", entries: { [.file("a/../../outside/evil")] }, names: "a/../.."),
        Nasty(description: "goes up at its end", entries: { [.directory("a/..")] }, names: "a/.."),
        Nasty(description: "goes up as a link", entries: { [.link("a/../../outside/l", to: "x")] }, names: "outside/l"),
        Nasty(description: "absolute", entries: { [.file("/dev/shm/evil")] }, names: "/dev/shm/evil"),
        Nasty(description: "absolute link", entries: { [.link("l", to: "/etc")] }, names: "/etc"),
        Nasty(description: "escaping link", entries: { [.link("l", to: "../outside")] }, names: "../outside"),
        Nasty(description: "escaping link, deeper", entries: { [.link("a/l", to: "../../outside")] }, names: "a/l"),
        Nasty(description: "escaping link, up later", entries: { [.link("l", to: "a/../../outside")] }, names: "\"l\""),
        Nasty(
            description: "behind a link of the archive",
            entries: { [.directory("a"), .link("l", to: "a"), .file("l/evil")] }, names: "/l"),
        Nasty(
            description: "behind a link over a file", entries: { [.file("l"), .link("l", to: "a"), .file("l/evil")] },
            names: "/l"),
        Nasty(description: "behind a link of the target", entries: { [.file("there/evil")] }, names: "/there"),
        Nasty(description: "behind a file", entries: { [.file("f"), .file("f/evil")] }, names: "/f"),
        Nasty(description: "file over a directory", entries: { [.directory("d"), .file("d")] }, names: "\"d\""),
        Nasty(description: "link over a directory", entries: { [.file("d/x"), .link("d", to: "x")] }, names: "\"d\""),
        Nasty(
            description: "hard link to outside", entries: { [.hardLink("h", to: "../outside/kept")] },
            formats: [.tarZstd], names: "../outside/kept"),
        Nasty(
            description: "hard link to an absolute name", entries: { [.hardLink("h", to: "/etc/passwd")] },
            formats: [.tarZstd], names: "/etc/passwd"),
        Nasty(
            description: "hard link behind a link",
            entries: { [.link("l", to: "there"), .hardLink("h", to: "l/kept")] },
            formats: [.tarZstd], names: "/l"),
        Nasty(
            description: "hard link to nothing", entries: { [.hardLink("h", to: "missing")] }, formats: [.tarZstd],
            names: "missing"),
        Nasty(
            description: "hard link to what is there already", entries: { [.hardLink("h", to: "old")] },
            formats: [.tarZstd], names: "\"old\""),
        Nasty(
            description: "hard link to a link, which would lead elsewhere",
            entries: { [.link("a/b/l", to: "../../x"), .hardLink("h", to: "a/b/l")] }, formats: [.tarZstd],
            names: "\"h\""),
        Nasty(description: "character device", entries: { [.special("dev", "3")] }, names: "\"dev\""),
        Nasty(description: "block device", entries: { [.special("dev", "4")] }, names: "\"dev\""),
        Nasty(description: "FIFO", entries: { [.special("fifo", "6")] }, formats: [.tarZstd], names: "\"fifo\""),
        Nasty(description: "socket", entries: { [.special("sock", "s")] }, formats: [.zip], names: "\"sock\""),
        Nasty(description: "no name", entries: { [.file("")] }, names: "name"),
        Nasty(
            description: "NUL in the name", entries: { [Entry(name: [0x61, 0, 0x62])] }, formats: [.zip], names: "NUL"),
        Nasty(
            description: "component too long", entries: { [.file(String(repeating: "x", count: 256))] }, names: "255"),
        Nasty(
            description: "too deep", entries: { [.file(String(repeating: "d/", count: 200) + "f")] }, code: .tooLarge,
            names: "128"),
        Nasty(
            description: "encrypted", entries: { [Entry(name: [0x65], content: [1, 2, 3], flags: 1)] },
            formats: [.zip], names: "encrypted"),
        Nasty(
            description: "file over the target itself", entries: { [.file("./")] }, formats: [.tarZstd], names: "name"),
    ]

    @Test("refused by name, with nothing touched", arguments: table, ArchiveFormat.allCases)
    func nasty(nasty: Nasty, format: ArchiveFormat) async throws {
        guard nasty.formats.contains(format) else { return }
        for name in ["target", "outside"] { mkdir(scratch[name], 0o755) }
        scratch.create("outside/kept", "kept")
        scratch.create("target/old", "old")
        symlink("../outside", scratch["target/there"])
        let archive = ArchiveBuilder.archive([.file("innocent")] + nasty.entries() + [.file("last")], format)
        let error = await #expect(throws: AgentError.self) {
            try await files.unpack(archive, as: format, into: scratch.filePath("target"))
        }
        #expect(error?.code == nasty.code)
        #expect(error?.message.contains(nasty.names) == true, "\(error?.message ?? "")")
        #expect(scratch.names() == ["target", "outside"])
        #expect(
            TreeSnapshot(scratch["target"], format).entries.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
                == ["old", "there"])
        #expect(TreeSnapshot(scratch["outside"], format).entries.count == 1)
        #expect(scratch.content("outside/kept") == "kept" && scratch.content("target/old") == "old")
    }

    @Test("a directory where a file is, and the other way round", arguments: ArchiveFormat.allCases)
    func conflicts(format: ArchiveFormat) async throws {
        mkdir(scratch["target"], 0o755)
        mkdir(scratch["target/directory"], 0o755)
        scratch.create("target/file", "old")
        for entry in [Entry.file("file/inner"), .file("directory"), .directory("file"), .link("directory", to: "x")] {
            let archive = ArchiveBuilder.archive([.file("directory/new"), .file("new"), entry], format)
            let error = await #expect(throws: AgentError.self) {
                try await files.unpack(archive, as: format, into: scratch.filePath("target"))
            }
            // Within the archive itself, the two entries called "directory" do not go together.
            let isInArchive = entry.name == Array("directory".utf8)
            #expect(error?.code == (isInArchive ? .invalidArgument : .conflict), "\(entry)")
        }
        let alone = ArchiveBuilder.archive([.file("new"), .file("directory")], format)
        let error = await #expect(throws: AgentError.self) {
            try await files.unpack(alone, as: format, into: scratch.filePath("target"))
        }
        #expect(error?.code == .conflict)
        #expect(TreeSnapshot(scratch["target"], format).entries.count == 2)
        #expect(scratch.content("target/file") == "old")
    }

    @Test("what is no archive of the kind", arguments: ArchiveFormat.allCases)
    func wrongKind(format: ArchiveFormat) async throws {
        let other: ArchiveFormat = format == .zip ? .tarZstd : .zip
        let entries = [Entry.file("a", String(repeating: "text ", count: 1000)), .file("b")]
        let good = ArchiveBuilder.archive(entries, format)
        let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        var bad = [[], [0], Array("no archive".utf8), gzip, ArchiveBuilder.archive(entries, other), good + [1, 2, 3]]
        if format == .tarZstd {
            bad += [ArchiveBuilder.zstandard(Array("no tar archive".utf8)), ArchiveBuilder.tar(entries)]
            bad += [ArchiveBuilder.zstandard(ArchiveBuilder.tar(entries) + Array("more".utf8)), good + good]
        }
        for length in stride(from: 1, to: good.count, by: 97) { bad.append(Array(good.prefix(length))) }
        for (index, archive) in bad.enumerated() {
            let error = await #expect(throws: AgentError.self, "case \(index)") {
                try await files.unpack(archive, as: format, into: scratch.filePath("new/target"))
            }
            #expect(error?.code == .invalidArgument, "case \(index): \(error?.message ?? "")")
            #expect(scratch.names().isEmpty, "case \(index)")
            rmdir(scratch["new/target"])
            rmdir(scratch["new"])
        }
    }

    @Test("a damaged file in a zip is found by its sum")
    func damaged() async throws {
        var archive = ArchiveBuilder.zip([.file("first"), .file("second", "some content")])
        let position = try #require(archive.indices.first { archive[$0...].starts(with: Array("some content".utf8)) })
        archive[position] ^= 1
        let error = await #expect(throws: AgentError.self) {
            try await files.unpack(archive, as: .zip, into: scratch.filePath("target"))
        }
        #expect(error?.code == .invalidArgument)
        #expect(scratch.names().isEmpty)
    }

    @Test("the limits are said by name", arguments: ArchiveFormat.allCases)
    func limits(format: ArchiveFormat) async throws {
        let zeros = String(repeating: "\u{0}", count: 300_000)
        scratch.create("zeros", zeros)
        mkdir(scratch["tree"], 0o755)
        for index in 0..<4 { scratch.create("tree/\(index)", zeros) }
        let archive = try await files.archive(of: scratch.filePath("tree"), as: format)
        let cases: [(String, (inout UnpackLimits) -> Void)] = [
            ("3 entries", { $0.entries = 3 }), ("1199999 bytes", { $0.bytes = 1_199_999 }),
            ("100 times", { ($0.ratio, $0.ratioFloor) = (100, 1_000_000) }),
        ]
        for (text, change) in cases {
            var limits = UnpackLimits()
            change(&limits)
            let limited = FileSystemService(unpackLimits: limits)
            let error = await #expect(throws: AgentError.self) {
                try await limited.unpack(archive, as: format, into: scratch.filePath("target"))
            }
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
            #expect(scratch.names() == ["tree", "zeros"])
        }
        var exact = UnpackLimits()
        (exact.entries, exact.bytes, exact.ratio, exact.ratioFloor) = (4, 1_200_000, 1, 1_200_000)
        try await FileSystemService(unpackLimits: exact).unpack(archive, as: format, into: scratch.filePath("target"))
    }
}
