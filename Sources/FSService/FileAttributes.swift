import AgentCore
import Glibc

/// What belongs to a file besides its data: owner, mode, times, extended attributes. All methods block.
enum FileAttributes {
    /// Gives `target` everything that `status` and the attributes of `source` say.
    ///
    /// - Throws: `permissionDenied` when the agent's user may not. Attributes the target's file system does not know are
    ///   left out, as `cp -a` does.
    static func copy(
        _ status: stat, from source: Descriptor, to target: Descriptor, path: FilePath
    ) throws(AgentError) {
        try ExtendedAttributes.copy(from: source, to: target, path: path)
        try SystemCalls.check("set the owner of", path) { fchown(target.number, status.st_uid, status.st_gid) }
        // After the owner: changing that takes setuid and setgid away (`man 2 chown`).
        try SystemCalls.check("set the mode of", path) { fchmod(target.number, status.st_mode & 0o7777) }
        try SystemCalls.check("set the times of", path) { futimens(target.number, [status.st_atim, status.st_mtim]) }
    }

    /// For what cannot be opened: links and nodes.
    static func copyOwnerAndTimes(
        _ status: stat, to name: FilePath, in directory: Descriptor, path: FilePath
    ) throws(AgentError) {
        try SystemCalls.check("set the owner of", path) {
            name.withCString {
                fchownat(directory.number, $0, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW)
            }
        }
        try SystemCalls.check("set the times of", path) {
            name.withCString {
                utimensat(directory.number, $0, [status.st_atim, status.st_mtim], AT_SYMLINK_NOFOLLOW)
            }
        }
    }
}
