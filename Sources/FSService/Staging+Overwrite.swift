import AgentCore
import Glibc

extension Staging {
    /// Copies the complete file named `hiddenName` over the target, for a target that no rename can replace: a mount
    /// point, as containers make of `/etc/hosts`.
    ///
    /// The only write that others can see half done, or that a disk may refuse midway.
    func overwrite(_ target: WriteTarget, with hiddenName: FilePath) throws(AgentError) {
        let source = try SystemCalls.open(hiddenName, in: target.directory, O_RDONLY, shownAs: target.path)
        let status = try SystemCalls.status(of: source, path: target.path)
        let destination = try SystemCalls.open(
            target.name, in: target.directory, O_WRONLY | O_TRUNC | O_NOFOLLOW, shownAs: target.path)
        var copied: off_t = 0
        while copied < status.st_size {
            let count = try SystemCalls.check("write", target.path) {
                sendfile(destination.number, source.number, &copied, Int(status.st_size - copied))
            }
            guard count > 0 else { throw .internalError("cannot write \(target.path): the staged copy is cut short") }
        }
        try SystemCalls.check("set the mode of", target.path) {
            fchmod(destination.number, FileMode(rawValue: status.st_mode).rawValue)
        }
        if options.isDurable { try SystemCalls.check("write", target.path) { fsync(destination.number) } }
    }
}
