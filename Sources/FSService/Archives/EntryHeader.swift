import AgentCore
import CArchive
import Glibc

/// What libarchive says of an entry, not checked yet.
struct EntryHeader {
    private let name: [UInt8]
    /// `nil` for another name of a file that came before, and for what has no type.
    private let kind: FileKind?
    private let mode: FileMode
    private let symbolicLink: [UInt8]
    private let hardLink: [UInt8]
    private let modificationTime: timespec?
    /// In bytes, of a file; `nil` when the archive does not say.
    let size: Int64?

    /// - Parameter header: only read here.
    init(_ header: OpaquePointer) {
        name = Self.bytes(archive_entry_pathname(header))
        symbolicLink = Self.bytes(archive_entry_symlink(header))
        hardLink = Self.bytes(archive_entry_hardlink(header))
        let type = archive_entry_filetype(header)
        kind = type == 0 ? nil : FileKind(mode: type)
        mode = FileMode(rawValue: archive_entry_mode(header))
        size = archive_entry_size_is_set(header) != 0 ? archive_entry_size(header) : nil
        modificationTime =
            archive_entry_mtime_is_set(header) == 0
            ? nil
            : timespec(tv_sec: archive_entry_mtime(header), tv_nsec: Int(archive_entry_mtime_nsec(header)))
    }

    /// The entry, or `nil` when stripping leaves nothing of its name, or it stands for the target itself.
    ///
    /// - Throws: `invalidArgument` or `tooLarge`, naming the entry, when it must not be unpacked.
    func entry(stripping: Int, maximumDepth: Int) throws(AgentError) -> UnpackEntry? {
        guard let path = try EntryPath(name, stripping: stripping, maximumDepth: maximumDepth) else { return nil }
        let content = try content(at: path, stripping: stripping, maximumDepth: maximumDepth)
        guard let content else { return nil }
        if path.isTarget {
            guard case .directory = content else { throw EntryPath.refused(name, "the target is a directory") }
            return nil
        }
        return UnpackEntry(
            path: path, content: content, attributes: EntryAttributes(mode: mode, modificationTime: modificationTime))
    }

    private func content(
        at path: EntryPath, stripping: Int, maximumDepth: Int
    ) throws(AgentError) -> UnpackEntry.Content? {
        if !hardLink.isEmpty {
            let target = try EntryPath(hardLink, stripping: stripping, maximumDepth: maximumDepth)
            return target.map { .hardLink($0) }
        }
        switch kind {
        case .directory: return .directory
        case .regular: return .file(size: size)
        case .symbolicLink: return .symbolicLink(try linkTarget(at: path))
        case .fifo, .socket, .characterDevice, .blockDevice:
            throw EntryPath.refused(name, "it is \(kind?.phrase ?? "")")
        case nil: throw EntryPath.refused(name, "its type is unknown")
        }
    }

    private func linkTarget(at path: EntryPath) throws(AgentError) -> FilePath {
        guard !symbolicLink.isEmpty else { throw EntryPath.refused(name, "it is a symbolic link to nothing") }
        let target = try FilePath(bytes: symbolicLink)
        guard path.mayLink(to: target) else {
            throw EntryPath.refused(
                name,
                "it is a symbolic link to \(EntryPath.quoted(symbolicLink)); only relative links that stay inside, "
                    + "with .. in front only, are unpacked")
        }
        return target
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}
