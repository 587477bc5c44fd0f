import AgentCore
import Glibc

/// The entries of an open directory as the kernel gives them (`man 3 readdir`).
enum DirectoryStream {
    /// Lends each entry but `.` and `..` with its name. The pointers must not escape. Blocks.
    ///
    /// `directory` stays open; its position is shared and must be at the beginning.
    static func forEach(
        of directory: Descriptor, path: FilePath,
        _ body: (UnsafePointer<CChar>, UnsafeMutablePointer<dirent>) -> Void
    ) throws(AgentError) {
        let own = try SystemCalls.check("list", path) { fcntl(directory.number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(own) else {
            let error = errno
            close(own)
            throw .system(errno: error, operation: "list", path: path.description)
        }
        defer { closedir(stream) }
        // The kernel's record is only as long as its name, so the name is read in place: a copy of the C struct would
        // read past it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        // `readdir` returns nil at the end and on failure alike; only `errno` tells them apart.
        errno = 0
        while let entry = readdir(stream) {
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { body(name, entry) }
            errno = 0
        }
        if errno != 0 { throw .system(errno: errno, operation: "list", path: path.description) }
    }
}
