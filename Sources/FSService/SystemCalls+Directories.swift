import AgentCore
import Glibc

extension SystemCalls {
    /// `man 2 readlinkat`.
    ///
    /// - Parameters:
    ///   - directory: where a relative path begins; `nil` for the working directory.
    ///   - shown: the path that errors name, if not `path`.
    static func linkTarget(
        of path: FilePath, in directory: Descriptor? = nil, shownAs shown: FilePath? = nil
    ) throws(AgentError) -> FilePath {
        let start = directory?.number ?? AT_FDCWD
        // The kernel cuts the target to the buffer without a word; PATH_MAX is the longest there can be.
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = try check("follow", shown ?? path) {
            path.withCString { readlinkat(start, $0, &target, target.count) }
        }
        return try FilePath(bytes: target[..<length].map { UInt8(bitPattern: $0) })
    }

    /// Creates the directory and those above it that are missing, `rwxr-xr-x` less the umask. One that is there
    /// already, or that somebody else creates at the same time, is fine.
    ///
    /// - Returns: those it created, outermost first. When it throws, they are gone again.
    @discardableResult
    static func makeDirectories(_ path: FilePath) throws(AgentError) -> [FilePath] {
        do throws(AgentError) {
            return try makeDirectory(path) ? [path] : []
        } catch let error where error.code == .notFound && path.parent != path {
            let above = try makeDirectories(path.parent)
            do throws(AgentError) {
                return try makeDirectory(path) ? above + [path] : above
            } catch {
                removeEmptyDirectories(above)
                throw error
            }
        }
    }

    /// Removes those of `paths`, outermost first, that are empty once the later ones are gone.
    static func removeEmptyDirectories(_ paths: [FilePath]) {
        for path in paths.reversed() { _ = path.withCString { rmdir($0) } }
    }

    /// Creates the directory, `rwxr-xr-x` less the umask; `false` when something has the name already.
    @discardableResult
    static func makeDirectory(_ path: FilePath) throws(AgentError) -> Bool {
        do throws(AgentError) {
            try check("create the directory", path) { path.withCString { mkdir($0, FileMode.newDirectory.rawValue) } }
            return true
        } catch let error where error.code == .conflict {
            return false
        }
    }
}
