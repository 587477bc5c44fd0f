import AgentCore
import Glibc

/// The file of a recording, and the one that will take its place. Every call blocks.
struct RecordingFile: Sendable {
    let path: String
    private let directory: String
    /// Where the finished file is made.
    var finalisedPath: String { "\(path).tmp" }

    init(of id: RecordingID, in directory: String) {
        self.directory = directory
        path = "\(directory)/\(id).mp4"
    }

    /// Makes the directory if it is missing.
    func prepareDirectory() throws(AgentError) {
        guard mkdir(directory, 0o755) != 0, errno != EEXIST else { return }
        throw .system(errno: errno, operation: "make the directory", path: directory)
    }

    /// Puts the finished file in place of the fragmented one, in one step that also survives a power cut.
    ///
    /// Returns its size in bytes.
    func replace() throws(AgentError) -> Int64 {
        let size = try sync(finalisedPath)
        guard rename(finalisedPath, path) == 0 else {
            throw .system(errno: errno, operation: "rename", path: finalisedPath)
        }
        _ = try sync(directory)
        return size
    }

    /// Drops what lies behind `size` bytes. A failure leaves it there.
    func truncate(to size: Int64) { _ = Glibc.truncate(path, off_t(size)) }

    func discardFinalised() { unlink(finalisedPath) }

    func discard() { unlink(path) }

    private func sync(_ path: String) throws(AgentError) -> Int64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "open", path: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else {
            throw .system(errno: errno, operation: "write", path: path)
        }
        return Int64(status.st_size)
    }
}
