import AgentCore
import Glibc

/// Copies a file of any kind, or a tree, with all that a rename would have kept: kinds, modes, owners, times, extended
/// attributes (access lists among them), holes, and hard links within the tree. Links are copied, not followed.
///
/// Works by descriptors, two of them for each level of the tree. All methods block.
struct TreeCopy {
    private let root: Descriptor
    /// What errors name.
    private let path: FilePath
    private let diskFloor: DiskFloor
    /// Where the first name of a file with several names was copied to, seen from `root`.
    private var hardLinks: [FileIdentity: FilePath] = [:]

    /// - Parameters:
    ///   - root: the directory to copy into.
    ///   - path: what errors name.
    ///   - diskFloor: what the copy leaves free.
    init(into root: Descriptor, shownAs path: FilePath, leaving diskFloor: DiskFloor) {
        self.root = root
        self.path = path
        self.diskFloor = diskFloor
    }

    /// Copies `name` in `source` to the name `copy`, which nobody has.
    ///
    /// - Throws: the errors of reading and writing. What was copied until then stays.
    mutating func run(_ name: FilePath, in source: Descriptor, as copy: FilePath) throws(AgentError) {
        try run(name, in: source, to: root, as: copy, relativePath: copy)
    }

    private mutating func run(
        _ name: FilePath, in source: Descriptor, to target: Descriptor, as copy: FilePath, relativePath: FilePath
    ) throws(AgentError) {
        guard let status = try SystemCalls.status(of: name, in: source, followingLink: false) else {
            throw .system(errno: ENOENT, operation: "copy", path: name.description)
        }
        let identity = FileIdentity(status)
        let kind = FileKind(mode: status.st_mode)
        if let first = hardLinks[identity] { return try link(first, as: copy, in: target) }
        if kind != .directory, status.st_nlink > 1 { hardLinks[identity] = relativePath }
        switch kind {
        case .regular: try copyFile(name, in: source, to: target, as: copy, status: status)
        case .directory: try copyDirectory(name, in: source, to: target, as: copy, relativePath, status)
        case .symbolicLink: try copyLink(name, in: source, to: target, as: copy, status: status)
        case .fifo, .socket, .characterDevice, .blockDevice: try makeNode(copy, in: target, status: status)
        }
    }

    private func copyFile(
        _ name: FilePath, in source: Descriptor, to target: Descriptor, as copy: FilePath, status: stat
    ) throws(AgentError) {
        let original = try SystemCalls.open(name, in: source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, shownAs: name)
        let created = try SystemCalls.open(
            copy, in: target, O_WRONLY | O_CREAT | O_EXCL, mode: .private, operation: "write", shownAs: path)
        // Blocks of 512 bytes whatever the file system (`man 7 inode`): holes take none.
        try diskFloor.check(Int(status.st_blocks) * 512, on: created, path: path)
        try FileData.copy(from: original, to: created, length: Int64(status.st_size), path: path)
        try FileAttributes.copy(status, from: original, to: created, path: path)
    }

    private mutating func copyDirectory(
        _ name: FilePath, in source: Descriptor, to target: Descriptor, as copy: FilePath, _ relativePath: FilePath,
        _ status: stat
    ) throws(AgentError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let original = try SystemCalls.open(name, in: source, flags, operation: "copy", shownAs: name)
        try SystemCalls.check("create", path) { copy.withCString { mkdirat(target.number, $0, 0o700) } }
        let created = try SystemCalls.open(copy, in: target, flags, operation: "write", shownAs: path)
        let names = try DirectoryNames(reading: original, path: path)
        for position in 0..<names.count {
            let entry = names[position]
            try run(entry, in: original, to: created, as: entry, relativePath: relativePath.appending(entry))
        }
        // Last: entries change the time of their directory, and its mode may forbid them.
        try FileAttributes.copy(status, from: original, to: created, path: path)
    }

    private func copyLink(
        _ name: FilePath, in source: Descriptor, to target: Descriptor, as copy: FilePath, status: stat
    ) throws(AgentError) {
        let content = try SystemCalls.linkTarget(of: name, in: source)
        try SystemCalls.check("create", path) {
            content.withCString { content in copy.withCString { symlinkat(content, target.number, $0) } }
        }
        try FileAttributes.copyOwnerAndTimes(status, to: copy, in: target, path: path)
    }

    private func makeNode(_ copy: FilePath, in target: Descriptor, status: stat) throws(AgentError) {
        try SystemCalls.check("create", path) {
            copy.withCString { mknodat(target.number, $0, status.st_mode, status.st_rdev) }
        }
        try FileAttributes.copyOwnerAndTimes(status, to: copy, in: target, path: path)
        try SystemCalls.check("set the mode of", path) {
            copy.withCString { fchmodat(target.number, $0, status.st_mode & 0o7777, 0) }
        }
    }

    private func link(_ first: FilePath, as copy: FilePath, in target: Descriptor) throws(AgentError) {
        try SystemCalls.check("link", path) {
            first.withCString { first in copy.withCString { linkat(root.number, first, target.number, $0, 0) } }
        }
    }
}
