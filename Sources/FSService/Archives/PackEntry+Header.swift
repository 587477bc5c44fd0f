import CArchive
import Glibc

extension PackEntry {
    /// Fills in libarchive's description of the entry. Nothing is recoded: bytes go in as they are.
    func describe(to header: OpaquePointer) {
        var path = path
        if case .directory = content { path.append(UInt8(ascii: "/")) }
        path.withCString { archive_entry_set_pathname(header, $0) }
        archive_entry_set_mode(header, mode)
        archive_entry_set_uid(header, Int64(owner))
        archive_entry_set_gid(header, Int64(group))
        archive_entry_set_mtime(header, modificationSeconds, modificationNanoseconds)
        switch content {
        case .directory: break
        case .file(let size): archive_entry_set_size(header, size)
        case .symbolicLink(let target): target.bytes.withCString { archive_entry_set_symlink(header, $0) }
        case .hardLink(let first): first.withCString { archive_entry_set_hardlink(header, $0) }
        }
    }
}

extension [UInt8] {
    fileprivate func withCString(_ body: (UnsafePointer<CChar>) -> Void) {
        (self + [0]).withUnsafeBytes { bytes in
            guard let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress else { return }
            body(start)
        }
    }
}
