import AgentCore
import NIOCore

/// One direction of a relay: what one socket sends goes to the other, untouched.
///
/// It holds no more than what the other socket has not taken of one read, and nothing is read while it holds something:
/// a slow reader slows its sender down and costs 256 KiB at most. Frames are followed, so that the relay knows where a
/// frame of its own may stand.
struct RelayStream {
    private(set) var frames = FrameBoundary()
    /// What the sink has not taken yet.
    private var backlog = ByteBuffer()
    /// The source has sent its last byte, or is not read any more.
    private(set) var hasEnded = false
    /// The sink takes nothing more; what comes is thrown away.
    private(set) var isDiscarding = false

    var isBehind: Bool { backlog.readableBytes > 0 }
    /// Whether the source should be read.
    var wantsInput: Bool { !hasEnded && !isBehind }

    /// Reads from `source` once and sends that to `sink`.
    ///
    /// - Returns: whether bytes came.
    mutating func pass(from source: RelaySocket, to sink: RelaySocket, through buffer: RelayBuffer) -> Bool {
        guard wantsInput else { return false }
        switch source.receive(into: buffer.bytes) {
        case .bytes(let count):
            buffer.passed.add(count)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
            frames.advance(over: bytes)
            send(bytes, to: sink)
            return true
        case .wouldBlock:
            return false
        case .end, .failed:
            hasEnded = true
            return false
        }
    }

    /// Sends bytes that were read elsewhere, before any are read here.
    mutating func begin(with bytes: ByteBuffer, to sink: RelaySocket) {
        bytes.withUnsafeReadableBytes { bytes in
            frames.advance(over: bytes)
            send(bytes, to: sink)
        }
    }

    /// Slips a frame of the relay's own in. To be called between frames only.
    mutating func insert(_ frame: ByteBuffer, to sink: RelaySocket) {
        frame.withUnsafeReadableBytes { send($0, to: sink) }
    }

    /// Sends what is left over, as far as the sink takes it.
    mutating func flush(to sink: RelaySocket) {
        let rest = backlog
        backlog = ByteBuffer()
        rest.withUnsafeReadableBytes { send($0, to: sink) }
    }

    /// Reads no more; what has been read is still sent.
    mutating func end() {
        hasEnded = true
    }

    /// Throws away what has not been sent and what is still to come.
    mutating func discard() {
        isDiscarding = true
        backlog = ByteBuffer()
    }

    private mutating func send(_ bytes: UnsafeRawBufferPointer, to sink: RelaySocket) {
        guard !isDiscarding, bytes.count > 0 else { return }
        guard !isBehind else {
            backlog.writeBytes(bytes)
            return
        }
        switch sink.send(bytes) {
        case .bytes(let count): backlog.writeBytes(bytes[count...])
        case .wouldBlock: backlog.writeBytes(bytes)
        case .end, .failed: discard()
        }
    }
}
