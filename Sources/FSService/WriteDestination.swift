import AgentCore

/// Where the bytes of one write go, and what becomes of them. One writer calls it, from one thread after another. All
/// methods block.
protocol WriteDestination: Sendable {
    /// Whether a write that is broken off leaves in the file what has arrived.
    var keepsParts: Bool { get }

    /// Appends all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(AgentError)

    /// Makes the write complete. Called once, at the end.
    func commit() throws(AgentError)

    /// Gives back what a write that was not committed took. Does nothing after `commit`.
    func discard()
}
