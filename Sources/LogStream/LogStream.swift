package import AgentCore

/// Reads log files line by line, and follows them as they are written, rotated and truncated.
///
/// All readers share one thread, which does their reading and waits for changes by inotify; nothing is polled.
package final class LogStream: Sendable {
    private let loop: DescriptorLoop
    private let changes: FileChanges

    /// - Throws: `AgentError` when the process is out of descriptors or inotify instances.
    package init() throws(AgentError) {
        loop = try DescriptorLoop(name: "log-stream")
        changes = try FileChanges(loop: loop)
    }

    /// Opens a file for reading its lines.
    ///
    /// With `follow`, the lines are those written after this has returned. The file need not exist yet; then all of it
    /// is new. A file that takes over the path is read from its beginning, after the old one has been read to its end;
    /// a truncated one is read from its beginning again. What was cut off before it could be read is lost, and so is
    /// the beginning of what was written when a file grows past its old size before the kernel has told of the cut.
    ///
    /// Without `follow`, the lines are all that are there, an unfinished last one included.
    ///
    /// - Parameter tail: begin with so many of the last lines there are; empty ones do not count, nor does, with
    ///   `follow`, an unfinished one.
    /// - Throws: `invalidArgument` for a path that is not of a regular file, `notFound` for one that leads nowhere and
    ///   is not to be followed, `permissionDenied` and others as opening the file says. The sequence throws when the
    ///   path comes to lead to something that is not a regular file.
    package func lines(of path: String, follow: Bool = true, tail: Int? = nil) async throws -> LogLines {
        guard !path.utf8.contains(0) else { throw AgentError.invalidArgument("path must not contain NUL characters") }
        guard !path.isEmpty else { throw AgentError.invalidArgument("path must not be empty") }
        guard !path.hasSuffix("/") else { throw AgentError.invalidArgument("path must name a file: \(path)") }
        let reader = LogReader(path, follow: follow, tail: tail, changes: changes, loop: loop)
        try await reader.start()
        return LogLines(reader: reader)
    }
}
