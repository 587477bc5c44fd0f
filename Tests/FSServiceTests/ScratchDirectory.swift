import FSService
import Glibc
import NIOCore

/// A directory of a test's own, gone with everything in it when the test lets go of it.
final class ScratchDirectory: Sendable {
    let path: String

    /// - Parameter parent: on which file system; `/dev/shm` is a tmpfs.
    init(in parent: String = "/tmp") {
        var template = Array("\(parent)/fs-tests-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit {
        let arguments = ["rm", "-rf", path].map { (argument: String) in strdup(argument) }
        defer { arguments.forEach { free($0) } }
        var child = pid_t()
        if posix_spawn(&child, "/bin/rm", nil, nil, arguments + [nil], nil) == 0 { waitpid(child, nil, 0) }
    }

    subscript(name: String) -> String { "\(path)/\(name)" }

    func filePath(_ name: String) throws -> FilePath { try FilePath(self[name]) }

    /// Everything in the directory, hidden names included, as the kernel gives them.
    func names() -> Set<String> {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: Set<String> = []
        while let entry = readdir(stream) {
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            names.insert(String(cString: name))
        }
        return names.subtracting([".", ".."])
    }

    func create(_ name: String, _ content: String = "", mode: mode_t = 0o644) {
        let descriptor = open(self[name], O_WRONLY | O_CREAT | O_TRUNC, mode)
        write(descriptor, content, content.utf8.count)
        close(descriptor)
        chmod(self[name], mode)
    }

    /// The whole file, or `nil` when it cannot be read.
    func content(_ name: String) -> String? {
        guard let file = fopen(self[name], "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func status(_ name: String) -> stat {
        var status = stat()
        lstat(self[name], &status)
        return status
    }
}

/// How many descriptors this process holds whose target begins with `prefix`: those of one test, whatever others do.
func openDescriptors(under prefix: String) -> Int {
    guard let stream = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(stream) }
    return sequence(first: 0, next: { $0 + 1 }).prefix(4096).count { number in
        var target = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/fd/\(number)", &target, target.count)
        return length > 0
            && String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self).hasPrefix(prefix)
    }
}

extension FileSystemService {
    func write(_ content: String, to path: FilePath, mode: FileMode? = nil) async throws {
        var file = try await beginWrite(path, WriteOptions(mode: mode))
        try await file.write(ByteBuffer(string: content))
        try await file.commit()
    }

    func list(_ path: FilePath, offset: Int = 0, limit: Int? = nil) async throws -> [FileInfo] {
        try await list(path, offset: offset, limit: limit) { $0 }.shares.flatMap(\.self)
    }

    func contents(of path: FilePath) async throws -> String {
        var all = ByteBuffer()
        for try await chunk in try await openForReading(path) { all.writeImmutableBuffer(chunk) }
        return String(buffer: all)
    }
}
