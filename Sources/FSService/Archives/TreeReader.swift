import AgentCore
import Glibc
import NIOCore

/// Reads a tree for an archive, depth first, names in order, in shares of bounded size.
///
/// By descriptors and without following links; at most four are open, however deep the tree. What vanishes before its
/// turn is left out. A file that has become shorter while it is read is filled up with zeros, one that has grown is cut:
/// the archive has the length it announced. Sockets, FIFOs and devices are left out.
///
/// All methods block; one caller at a time.
// SAFETY: the sequence that owns it hands it to one thread at a time and waits for each call before the next.
final class TreeReader: @unchecked Sendable {
    /// Files up to this size are read before they are announced, so that their length is always true.
    static let smallFile = 128 * 1024
    /// An item costs memory beside its data.
    private static let maximumItems = 1024

    private struct Level {
        let identity: FileIdentity
        let names: DirectoryNames
        var position = 0
        /// Of the path of the directory that holds this one.
        let outerPathLength: Int
    }

    private struct OpenFile {
        let descriptor: Descriptor
        let path: FilePath
        var offset: Int64
        let size: Int64
    }

    private let root: FilePath
    private let keepsHardLinks: Bool
    private let namesLeftOut: Set<[UInt8]>
    private var directory: Descriptor
    /// Of `directory`, relative to the root, with a slash at its end unless it is empty.
    private var path: [UInt8] = []
    private var levels: [Level] = []
    private var file: OpenFile?
    private var links = HardLinkTable()

    /// - Parameters:
    ///   - keepsHardLinks: `false` packs a file as often as it has names.
    ///   - names: of files and directories that are left out, wherever they are.
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    init(_ root: FilePath, keepsHardLinks: Bool, leavingOut names: Set<[UInt8]> = []) throws(AgentError) {
        self.root = root
        self.keepsHardLinks = keepsHardLinks
        namesLeftOut = names
        // O_DIRECTORY refuses anything else before it is opened, so a FIFO cannot make this wait.
        directory = try SystemCalls.open(root, O_RDONLY | O_DIRECTORY, operation: "pack")
        levels = [try Self.level(directory, path: root, outerPathLength: 0)]
    }

    /// About `limit` bytes more of the tree, or `nil` when all of it is read.
    ///
    /// - Throws: what opening or reading a file says; `conflict` when a directory was moved away.
    func next(limit: Int) throws(AgentError) -> PackBatch? {
        var batch = PackBatch(capacity: limit + Self.smallFile, startsInFile: file != nil)
        while batch.data.readableBytes < limit, batch.items.count < Self.maximumItems {
            if file != nil {
                try readOn(limit - batch.data.readableBytes, into: &batch)
            } else if let level = levels.last {
                try level.position < level.names.count ? visitNext(of: level, into: &batch) : leave()
            } else {
                break
            }
        }
        batch.endsInFile = file != nil
        return batch.items.isEmpty ? nil : batch
    }

    /// Up to `count` shares; fewer at the end of the tree.
    func next(_ count: Int, limit: Int) throws(AgentError) -> [PackBatch] {
        var batches: [PackBatch] = []
        while batches.count < count, let batch = try next(limit: limit) { batches.append(batch) }
        return batches
    }
}

extension TreeReader {
    private static func level(
        _ directory: Descriptor, path: FilePath, outerPathLength: Int
    ) throws(AgentError) -> Level {
        Level(
            identity: FileIdentity(try SystemCalls.status(of: directory, path: path)),
            names: try DirectoryNames(reading: directory, path: path), outerPathLength: outerPathLength)
    }

    private func visitNext(of level: Level, into batch: inout PackBatch) throws(AgentError) {
        levels[levels.count - 1].position += 1
        let name = level.names[level.position]
        // Uploads that are not complete are not part of the tree.
        guard !HiddenName.isHidden(name), !namesLeftOut.contains(name.bytes) else { return }
        do throws(AgentError) {
            try visit(name, into: &batch)
        } catch let error where error.code == .notFound {
            return
        } catch let error where error.code == .invalidArgument {
            // It became another kind of file between looking and opening.
            try visit(name, into: &batch)
        }
    }

    private func visit(_ name: FilePath, into batch: inout PackBatch) throws(AgentError) {
        guard let status = try SystemCalls.status(of: name, in: directory, followingLink: false) else { return }
        switch FileKind(mode: status.st_mode) {
        case .directory: try enter(name, into: &batch)
        case .regular: try begin(name, into: &batch)
        case .symbolicLink:
            let target = try SystemCalls.linkTarget(of: name, in: directory, shownAs: shown(name))
            batch.items.append(.entry(entry(name, status, .symbolicLink(target))))
        case .fifo, .socket, .characterDevice, .blockDevice: return
        }
    }

    private func enter(_ name: FilePath, into batch: inout PackBatch) throws(AgentError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let inner = try SystemCalls.open(name, in: directory, flags, operation: "pack", shownAs: shown(name))
        let status = try SystemCalls.status(of: inner, path: shown(name))
        let level = try Self.level(inner, path: shown(name), outerPathLength: path.count)
        batch.items.append(.entry(entry(name, status, .directory)))
        levels.append(level)
        path += name.bytes + [UInt8(ascii: "/")]
        directory = inner
    }

    private func leave() throws(AgentError) {
        let left = levels.removeLast()
        guard let expected = levels.last?.identity else { return }
        let here = shown(nil)
        let outer = try SystemCalls.open(
            .parentDirectory, in: directory, O_RDONLY | O_DIRECTORY, operation: "pack", shownAs: here)
        guard FileIdentity(try SystemCalls.status(of: outer, path: here)) == expected else {
            throw .conflict("cannot pack \(root): \(here) was moved away meanwhile; ask again")
        }
        path.removeSubrange(left.outerPathLength...)
        directory = outer
    }
}

extension TreeReader {
    private func begin(_ name: FilePath, into batch: inout PackBatch) throws(AgentError) {
        // Should a FIFO have taken the file's place by now, O_NONBLOCK keeps the open from waiting for a writer.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let shown = shown(name)
        let descriptor = try SystemCalls.open(name, in: directory, flags, operation: "pack", shownAs: shown)
        let status = try SystemCalls.status(of: descriptor, path: shown)
        guard FileKind(mode: status.st_mode) == .regular else { return }
        if keepsHardLinks, let first = links.firstName(of: status, path: path + name.bytes) {
            return batch.items.append(.entry(entry(name, status, .hardLink(first))))
        }
        let position = batch.items.count
        let count = try read(descriptor, at: 0, limit: Self.smallFile, path: shown, into: &batch)
        let size = count < Self.smallFile ? Int64(count) : max(Int64(count), Int64(status.st_size))
        batch.items.insert(.entry(entry(name, status, .file(size: size))), at: position)
        if size > count { file = OpenFile(descriptor: descriptor, path: shown, offset: Int64(count), size: size) }
    }

    private func readOn(_ limit: Int, into batch: inout PackBatch) throws(AgentError) {
        guard var file = exchange(&self.file, with: nil) else { return }
        let wanted = Int(min(Int64(limit), file.size - file.offset))
        let count = try read(file.descriptor, at: file.offset, limit: wanted, path: file.path, into: &batch)
        if count < wanted {
            batch.data.writeRepeatingByte(0, count: wanted - count)
            batch.items.append(.data(count: wanted - count))
        }
        file.offset += Int64(wanted)
        if file.offset < file.size { self.file = file }
    }

    private func read(
        _ descriptor: Descriptor, at offset: Int64, limit: Int, path: FilePath, into batch: inout PackBatch
    ) throws(AgentError) -> Int {
        var result = Result<Int, AgentError>.success(0)
        let count = batch.data.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { space in
            result = Result { () throws(AgentError) in
                try SystemCalls.read(descriptor, into: .init(rebasing: space[..<limit]), at: offset, path: path)
            }
            return (try? result.get()) ?? 0
        }
        if count > 0 { batch.items.append(.data(count: count)) }
        return try result.get()
    }

    private func entry(_ name: FilePath, _ status: stat, _ content: PackEntry.Content) -> PackEntry {
        PackEntry(
            path: path + name.bytes, content: content, mode: status.st_mode, owner: status.st_uid,
            group: status.st_gid, modificationSeconds: status.st_mtim.tv_sec,
            modificationNanoseconds: status.st_mtim.tv_nsec)
    }

    /// For messages: `name` in the directory that is read now, or that directory.
    private func shown(_ name: FilePath?) -> FilePath {
        let inner = path + (name?.bytes ?? [])
        return (try? FilePath(bytes: inner)).map { root.appending($0) } ?? root
    }
}
