import AgentCore
import Glibc

/// The files of a recording: the video, the one that will take its place, and the journal. Every call blocks.
struct RecordingFile: Sendable {
    private static let videoSuffix = ".mp4"
    private static let journalSuffix = ".mp4.journal"

    let path: String
    let journal: RecordingJournal
    private let directory: String
    /// Where the finished file is made.
    var finalisedPath: String { "\(path).tmp" }

    init(of id: RecordingID, in directory: String) {
        self.directory = directory
        path = "\(directory)/\(id)\(Self.videoSuffix)"
        journal = RecordingJournal(path: "\(directory)/\(id)\(Self.journalSuffix)")
    }

    /// The recordings that have a journal in a directory: no other file in there is touched. None when there is no
    /// such directory.
    static func recordings(in directory: String) -> [RecordingID] {
        guard let entries = opendir(directory) else { return [] }
        defer { closedir(entries) }
        var found: [RecordingID] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name.hasSuffix(journalSuffix) else { continue }
            if let id = try? RecordingID(String(name.dropLast(journalSuffix.count))) { found.append(id) }
        }
        return found
    }

    /// Makes the directory if it is missing.
    func prepareDirectory() throws(AgentError) {
        guard mkdir(directory, 0o755) != 0, errno != EEXIST else { return }
        throw .system(errno: errno, operation: "make the directory", path: directory)
    }

    /// Bytes that may still be written to the disk; `nil` when nobody knows.
    var freeSpace: Int64? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return Int64(clamping: status.f_bavail &* status.f_frsize)
    }

    /// Throws `insufficientStorage` when the finished file would not fit beside the fragmented one.
    func checkRoomToFinalise(_ bytes: Int64) throws(AgentError) {
        guard let freeSpace, freeSpace < bytes else { return }
        throw AgentError(
            .insufficientStorage,
            "the video plays but has no index: the disk lacks \((bytes - freeSpace) / 1_000_000 + 1) MB to add one")
    }

    /// In bytes; `nil` when there is no video.
    var size: Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Waits until everything written to the video so far is on the disk, and its name too.
    func syncBeginning() throws(AgentError) {
        _ = try sync(path)
        _ = try sync(directory)
    }

    /// Waits until everything written to the video so far is on the disk. A failure shows with the next write.
    func syncVideo() {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fdatasync(descriptor)
        close(descriptor)
    }

    /// Puts the finished file in place of the fragmented one, in one step. After a power cut it is the one or the other:
    /// the finished one is on the disk before it takes the name, and nobody need wait until the name is there too.
    ///
    /// Returns its size in bytes.
    func replace() throws(AgentError) -> Int64 {
        let size = try sync(finalisedPath)
        guard rename(finalisedPath, path) == 0 else {
            throw .system(errno: errno, operation: "rename", path: finalisedPath)
        }
        return size
    }

    /// Drops what lies behind `size` bytes. A failure leaves it there.
    func truncate(to size: Int64) { _ = Glibc.truncate(path, off_t(size)) }

    func discardFinalised() { unlink(finalisedPath) }

    func discard() {
        unlink(path)
        unlink(journal.path)
    }

    /// Removes everything, the journal last: until it is gone the recording is there. What is missing already is no
    /// error.
    func delete() throws(AgentError) {
        for path in [finalisedPath, path, journal.path] {
            guard unlink(path) != 0, errno != ENOENT else { continue }
            throw .internalError("cannot delete \(path): \(String(cString: strerror(errno)).lowercased())")
        }
    }

    /// Gives the recording another name. At every moment one of the two names has all of it.
    func move(to other: RecordingFile) throws(AgentError) {
        guard link(path, other.path) == 0 else { throw .system(errno: errno, operation: "rename", path: path) }
        guard rename(journal.path, other.journal.path) == 0 else {
            throw .system(errno: errno, operation: "rename", path: journal.path)
        }
        unlink(path)
    }

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
