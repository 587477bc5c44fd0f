package import AgentCore

/// The thread that moves the bytes of all relays.
///
/// A message is read, sent on and forgotten without a change of threads, through one buffer that all relays share: an
/// idle relay costs its two sockets and a few hundred bytes. It is ahead of threads that compute, because it computes
/// nothing and somebody waits for every byte.
package final class RelayThread: Sendable {
    let loop: DescriptorLoop
    /// Where bytes are between two sockets.
    let buffer: RelayBuffer

    /// - Parameter passed: counts the bytes that are read of either side.
    /// - Throws: `AgentError` when the process is out of descriptors, memory or threads.
    package init(counting passed: Meter = Meter()) throws(AgentError) {
        loop = try DescriptorLoop(name: "relay", niceness: -10)
        buffer = RelayBuffer(passed: passed)
    }
}

/// Memory for one read, 256 KiB, which is what a socket of the machine itself gives at once in a stream.
final class RelayBuffer: Sendable {
    // SAFETY: only `Relay`, which runs on the thread that has this buffer, looks at the bytes, and never keeps any of
    // them beyond a call.
    nonisolated(unsafe) let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    let passed: Meter

    init(passed: Meter) {
        self.passed = passed
    }

    deinit { bytes.deallocate() }
}
