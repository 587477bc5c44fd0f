import AgentCore

/// The agent's end of what a process writes to. Used on the thread of the descriptor loop only.
protocol OutputDrain: AnyObject {
    /// Whether more may come.
    var isOpen: Bool { get }
    /// Whether there may be more that waits for a reader.
    var isPaused: Bool { get }
    /// Has `handler` called, on the loop's thread, whenever `drain` has something to do.
    func start(on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void) throws(AgentError)
    /// Takes what is there, without waiting for more.
    func drain(on loop: DescriptorLoop)
    /// From now on takes what comes and throws it away.
    func forget()
}
