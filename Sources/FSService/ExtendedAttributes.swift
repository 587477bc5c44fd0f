import AgentCore
import CFileSystem
import Glibc

/// Extended attributes (`man 7 xattr`): what users and programs attached to a file, and its access lists.
enum ExtendedAttributes {
    /// Copies all attributes that may be read. Blocks.
    ///
    /// What the other file system does not know, or the agent's user may not set, is left out: `security.*` and
    /// `trusted.*` belong to the system.
    static func copy(from source: Descriptor, to target: Descriptor, path: FilePath) throws(AgentError) {
        for name in try names(of: source, path: path) {
            guard let value = value(of: name, source) else { continue }
            let result = fsetxattr(target.number, name, value, value.count, 0)
            if result == 0 || errno == ENOTSUP || errno == EPERM || errno == EACCES { continue }
            throw .system(errno: errno, operation: "keep the attribute \(name) of", path: path.description)
        }
    }

    /// Makes the attributes of `target`, a new file, those of `source`: an access list that its directory gave it goes.
    /// Otherwise as `copy`.
    static func replace(with source: Descriptor, on target: Descriptor, path: FilePath) throws(AgentError) {
        fremovexattr(target.number, "system.posix_acl_access")
        try copy(from: source, to: target, path: path)
    }

    private static func names(of file: Descriptor, path: FilePath) throws(AgentError) -> [String] {
        while true {
            let size = flistxattr(file.number, nil, 0)
            if size < 0, errno == ENOTSUP { return [] }
            guard size >= 0 else { throw .system(errno: errno, operation: "look at", path: path.description) }
            var names = [CChar](repeating: 0, count: size)
            let length = flistxattr(file.number, &names, size)
            // ERANGE: one was added between the two calls.
            if length < 0, errno == ERANGE { continue }
            guard length >= 0 else { throw .system(errno: errno, operation: "look at", path: path.description) }
            return names[..<length].split(separator: 0).map { name in
                String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
    }

    /// `nil` for an attribute that is gone by now or may not be read.
    private static func value(of name: String, _ file: Descriptor) -> [UInt8]? {
        let size = fgetxattr(file.number, name, nil, 0)
        guard size >= 0 else { return nil }
        var value = [UInt8](repeating: 0, count: size)
        let length = fgetxattr(file.number, name, &value, size)
        return length >= 0 ? Array(value[..<length]) : nil
    }
}
