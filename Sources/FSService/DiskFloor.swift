import AgentCore
import Glibc

/// What writes leave free of a file system, so that a client that fills the disk does not stop the browser and the rest
/// of the machine. Of a small file system it is a sixteenth.
package struct DiskFloor: Sendable, Hashable {
    package static let none = DiskFloor(bytes: 0)
    /// Of a file system, which part at most.
    private static let share: UInt64 = 16

    private let bytes: UInt64

    /// - Parameter bytes: 0 for nothing.
    package init(bytes: Int64) {
        self.bytes = UInt64(max(0, bytes))
    }

    /// Blocks, though not for long.
    ///
    /// - Parameters:
    ///   - count: bytes that are about to be written.
    ///   - file: on the file system they are written to.
    /// - Throws: `insufficientStorage` when too little would be left.
    func check(_ count: Int, on file: Descriptor, path: FilePath) throws(AgentError) {
        guard bytes > 0, count > 0 else { return }
        var system = statvfs()
        // A file system without blocks, such as /proc, has nothing to keep free.
        guard fstatvfs(file.number, &system) == 0, system.f_blocks > 0 else { return }
        let blockSize = UInt64(system.f_frsize)
        let floor = min(bytes, UInt64(system.f_blocks) * blockSize / Self.share)
        let free = UInt64(system.f_bavail) * blockSize
        guard free < floor + UInt64(count) else { return }
        throw AgentError(
            .insufficientStorage,
            "cannot write \(path): the disk has \(free / 1_000_000) MB left, and \(floor / 1_000_000) MB have to stay free"
        )
    }
}
