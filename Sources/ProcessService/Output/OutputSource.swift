import AgentCore

/// A reader's place in what a process has written.
struct OutputCursor {
    /// In the output, in bytes.
    var offset: UInt64
    /// In a journal's file; `nil` while it has to be looked up.
    var position: UInt64?
}

/// What a process has written, as far as it is kept: read by any number of readers, each with a cursor of its own.
protocol OutputSource: AnyObject, Sendable {
    /// Announced with each piece of output, and with the end.
    var changes: ChangeSignal { get }
    /// Lets readers that have read everything end with the process's status.
    func finish(_ status: ExitStatus)
    /// Whether `read` would return something.
    func hasNews(for cursor: OutputCursor) -> Bool
    /// The next output, and the end behind the last; `nil` while there is no more. May block on a file.
    ///
    /// - Parameter cursor: advanced by what was read, and by what is lost.
    func read(at cursor: inout OutputCursor) throws(AgentError) -> OutputBatch?
}
