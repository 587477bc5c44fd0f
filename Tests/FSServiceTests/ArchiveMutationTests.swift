import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import FSService

@Suite("archives with bytes changed at random")
struct ArchiveMutationTests {
    typealias Entry = ArchiveBuilder.Entry

    private static let mutations = 2500

    private let scratch = ScratchDirectory(in: "/dev/shm")
    private let files = FileSystemService()

    /// Each is unpacked, or refused with a word on why; either way nothing outside the target changes, and what is
    /// refused leaves nothing.
    @Test("never leave the target, never trap, never leave anything", arguments: ArchiveFormat.allCases)
    func mutations(format: ArchiveFormat) async throws {
        mkdir(scratch["outside"], 0o755)
        scratch.create("outside/kept", "kept")
        let outside = TreeSnapshot(scratch["outside"], .tarZstd).entries
        var generator = SeededGenerator(seed: 7)
        let original = format == .zip ? ArchiveBuilder.zip(entries) : ArchiveBuilder.tar(entries)
        let real = try await packed(format)
        var (accepted, refused) = (0, 0)
        for round in 0..<Self.mutations {
            let archive =
                round % 3 == 0
                ? mutate(real, using: &generator) : wrapped(mutate(original, using: &generator), format, round)
            do {
                try await files.unpack(archive, as: format, into: scratch.filePath("target"))
                accepted += 1
                #expect(!TreeSnapshot.linksLeave(scratch["target"]), "round \(round)")
                try remove("target")
            } catch let error as AgentError {
                refused += 1
                let isClients = [.invalidArgument, .tooLarge, .conflict].contains(error.code)
                #expect(isClients && !error.message.isEmpty, "round \(round): \(error)")
            }
            #expect(scratch.names() == ["outside"], "round \(round)")
        }
        #expect(TreeSnapshot(scratch["outside"], .tarZstd).entries == outside)
        #expect(accepted > Self.mutations / 50 && refused > Self.mutations / 10, "\(accepted), \(refused)")
        #expect(await eventually { openDescriptors(under: scratch.path) == 0 })
    }

    private var entries: [Entry] {
        [
            .directory("directory"), .file("directory/file", String(repeating: "text", count: 40)),
            .link("directory/up", to: "../outside"), .link("link", to: "directory/file"),
            .file(String(repeating: "long/", count: 30) + "name"), .hardLink("hard", to: "directory/file"),
            .file("..a"),
        ]
    }

    private func packed(_ format: ArchiveFormat) async throws -> [UInt8] {
        mkdir(scratch["source"], 0o755)
        mkdir(scratch["source/sub"], 0o755)
        scratch.create("source/sub/file", String(repeating: "content ", count: 100))
        symlink("sub/file", scratch["source/link"])
        link(scratch["source/sub/file"], scratch["source/hard"])
        defer { try? remove("source") }
        return try await files.archive(of: scratch.filePath("source"), as: format)
    }

    private func remove(_ name: String) throws {
        let parent = try SystemCalls.open(FilePath(scratch.path), O_RDONLY | O_DIRECTORY)
        try TreeRemoval.remove(FilePath(name), in: parent, shownAs: scratch.filePath(name))
    }

    /// A few bytes set, cut, doubled or overwritten with ones that mean something.
    private func mutate(_ original: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        let meaningful = ["../", "/", "..", "\u{0}", "outside", "2", "1", "PK", "link"].map { Array($0.utf8) }
        for _ in 0..<Int.random(in: 1...6, using: &generator) where bytes.count > 16 {
            let position = Int.random(in: 0..<(bytes.count - 8), using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: bytes.removeSubrange(position..<min(bytes.count, position + 512))
            case 1: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 512)], at: position)
            case 2: bytes.removeLast(Int.random(in: 1...16, using: &generator))
            case 3..<6:
                let text = meaningful.randomElement(using: &generator) ?? []
                bytes.replaceSubrange(position..<(position + text.count), with: text)
            case 6: bytes[position] = [0, 0x7F, 0xFF].randomElement(using: &generator) ?? 0
            default: bytes[position] = .random(in: 0...255, using: &generator)
            }
        }
        return bytes
    }

    /// Every other tar gets its sums right again, or hardly a mutation would come through.
    private func wrapped(_ bytes: [UInt8], _ format: ArchiveFormat, _ round: Int) -> [UInt8] {
        guard format == .tarZstd else { return bytes }
        var bytes = bytes
        for start in stride(from: 0, to: bytes.count - 511, by: 512) where round % 2 == 0 {
            let block = Array(bytes[start..<(start + 512)])
            if block[257..<262].elementsEqual("ustar".utf8) {
                bytes.replaceSubrange(start..<(start + 512), with: ArchiveBuilder.checksummed(block))
            }
        }
        return ArchiveBuilder.zstandard(bytes)
    }
}

extension TreeSnapshot {
    /// Whether a symbolic link of the tree leads out of it.
    static func linksLeave(_ path: String) -> Bool {
        let root = realpath(path, nil).map { String(cString: $0) } ?? path
        return TreeSnapshot(path, .tarZstd).entries.keys.contains { entry in
            let file = (Array(path.utf8) + [0x2F] + entry).map { CChar(bitPattern: $0) } + [0]
            guard let resolved = realpath(file, nil) else { return false }
            defer { free(resolved) }
            return !String(cString: resolved).hasPrefix(root)
        }
    }
}
