package import AgentCore

/// A program that the agent runs for itself and speaks with: its descriptor 0 is one end of a socket pair.
///
/// It counts among the children of the service, shares their ceilings, and is ended with them.
package final class Coprocess: Sendable {
    package var pid: Int32 { child.pid }
    /// The agent's end of the socket pair. Does not block, as the two others.
    package let channel: OwnedDescriptor
    /// Where the program's standard output can be read.
    package let stdout: OwnedDescriptor
    package let stderr: OwnedDescriptor
    private let child: ChildProcess

    init(
        child: ChildProcess, channel: consuming OwnedDescriptor, stdout: consuming OwnedDescriptor,
        stderr: consuming OwnedDescriptor
    ) {
        self.child = child
        self.channel = channel
        self.stdout = stdout
        self.stderr = stderr
    }

    /// Begins to wait for the program's end. To be called once, soon after its start, on the thread of its loop.
    ///
    /// - Parameter onExit: called on that thread.
    /// - Throws: `AgentError` when it cannot be waited for; it is killed then, and `onExit` never called.
    package func supervise(onExit: @escaping @Sendable (ExitStatus) -> Void) throws(AgentError) {
        let result = child.assumeIsolated { child in
            Result { () throws(AgentError) in try child.supervise(onExit: onExit) }
        }
        try result.get()
    }

    /// Sends SIGKILL to the program and all of its session. On the thread of its loop.
    package func kill() {
        child.assumeIsolated { $0.kill() }
    }
}

extension ProcessService {
    /// Starts a program on a thread that may wait for the disk.
    ///
    /// - Parameter loop: to wait for it.
    /// - Throws: as `exec` for what cannot be started.
    package func startCoprocess(_ command: Command, on loop: DescriptorLoop) async throws -> Coprocess {
        try command.validate()
        return try await threads.withThread { thread in
            try await withCheckedThrowingContinuation { continuation in
                thread.schedule(after: .zero) { [launcher] in
                    continuation.resume(with: Result { try launcher.coprocess(command, on: loop) })
                }
            }
        }
    }
}
