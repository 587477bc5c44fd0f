import AgentCore
import Glibc
import NIOCore

@testable import FSService

extension FileSystemService {
    /// Packs `source` and unpacks it into `target`, as a client does with what it downloaded.
    func roundTrip(_ source: FilePath, as format: ArchiveFormat, into target: FilePath) async throws {
        let spool = try await spool(pack(source, as: format))
        try await unpack(spool, as: format, into: target)
    }

    /// Unpacks an archive that is in memory.
    func unpack(
        _ archive: [UInt8], as format: ArchiveFormat, into target: FilePath, stripComponents: Int = 0
    ) async throws {
        let chunks = AsyncStream(bufferingPolicy: .unbounded) { continuation in
            continuation.yield(ByteBuffer(bytes: archive))
            continuation.finish()
        }
        try await unpack(spool(chunks), as: format, into: target, stripComponents: stripComponents)
    }

    /// A whole archive of `source`, in memory.
    func archive(of source: FilePath, as format: ArchiveFormat) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await chunk in try await pack(source, as: format) { all += chunk.readableBytesView }
        return all
    }
}

/// What a tree looks like, as far as a format keeps it.
struct TreeSnapshot {
    private(set) var entries: [[UInt8]: String] = [:]

    init(_ path: String, _ format: ArchiveFormat) {
        visit(Array(path.utf8), relative: [], format)
    }

    private mutating func visit(_ directory: [UInt8], relative: [UInt8], _ format: ArchiveFormat) {
        for name in Self.names(in: directory) {
            let path = directory + [0x2F] + name
            let cPath = path.map { CChar(bitPattern: $0) } + [0]
            var status = stat()
            lstat(cPath, &status)
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            let nanoseconds = format == .tarZstd ? status.st_mtim.tv_nsec : 0
            var description = "\(String(status.st_mode, radix: 8)) \(status.st_mtim.tv_sec).\(nanoseconds)"
            if isLink { description += " -> \(Self.linkTarget(cPath))" }
            if status.st_mode & S_IFMT == S_IFREG {
                description += " \(Self.content(cPath).hashValue) \(status.st_size)"
            }
            entries[relative + name] = description
            if status.st_mode & S_IFMT == S_IFDIR { visit(path, relative: relative + name + [0x2F], format) }
        }
    }

    private static func names(in directory: [UInt8]) -> [[UInt8]] {
        guard let stream = opendir(directory.map { CChar(bitPattern: $0) } + [0]) else { return [] }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let bytes = FilePath(component: name).bytes
            if bytes != [0x2E], bytes != [0x2E, 0x2E] { names.append(bytes) }
        }
        return names
    }

    private static func linkTarget(_ path: [CChar]) -> [UInt8] {
        var target = [CChar](repeating: 0, count: 5000)
        let length = readlink(path, &target, target.count)
        return target[..<max(0, length)].map { UInt8(bitPattern: $0) }
    }

    private static func content(_ path: [CChar]) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var (content, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { content += buffer[..<count] }
        return content
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// A tree of files, directories and links whose names are any bytes.
struct RandomTree {
    let format: ArchiveFormat

    func build(in path: String, using generator: inout SeededGenerator) {
        fill(open(path, O_RDONLY | O_DIRECTORY), depth: 0, using: &generator)
    }

    private func fill(_ directory: Int32, depth: Int, using generator: inout SeededGenerator) {
        defer { close(directory) }
        var first: [CChar]?
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            let name = name(using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                writeFile(name, in: directory, using: &generator)
                first = name
            case 4..<7 where depth < 5:
                if mkdirat(directory, name, 0o755) == 0 {
                    fill(openat(directory, name, O_RDONLY | O_DIRECTORY), depth: depth + 1, using: &generator)
                    fchmodat(directory, name, mode_t.random(in: 0...0o7777, using: &generator), 0)
                }
            case 7: symlinkat(self.name(using: &generator), directory, name)
            case 8: if let first { linkat(directory, first, directory, name, 0) }
            default: if depth > 0 { symlinkat("../somewhere", directory, name) }
            }
            let time = timespec(
                tv_sec: .random(in: 1...4_000_000_000, using: &generator),
                tv_nsec: .random(in: 0..<1_000_000_000, using: &generator))
            utimensat(directory, name, [time, time], AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Any bytes but NUL and the slash.
    private func name(using generator: inout SeededGenerator) -> [CChar] {
        let length = Bool.random(using: &generator) ? 255 : Int.random(in: 1...12, using: &generator)
        let bytes = (0..<length).map { _ in UInt8.random(in: 1...255, using: &generator) }.map {
            $0 == 0x2F ? 0x41 : $0
        }
        let isSpecial = bytes == [0x2E] || bytes == [0x2E, 0x2E]
        return (isSpecial ? [0x41] : bytes).map { CChar(bitPattern: $0) } + [0]
    }

    private func writeFile(_ name: [CChar], in directory: Int32, using generator: inout SeededGenerator) {
        let descriptor = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let size = [0, 1, 511, 512, 513, 131_071, 131_072, 400_000].randomElement(using: &generator) ?? 0
        let isRandom = Bool.random(using: &generator)
        let content = (0..<size).map { isRandom ? UInt8(truncatingIfNeeded: $0 &* $0 >> 7) : UInt8($0 / 1000 % 7) }
        content.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
        fchmod(descriptor, mode_t.random(in: 0...0o7777, using: &generator))
    }
}
