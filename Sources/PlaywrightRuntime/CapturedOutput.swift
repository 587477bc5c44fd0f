import AgentCore
import Glibc

/// Collects what the code of one call writes to a standard stream, as far as a limit goes.
struct CapturedOutput {
    /// What a pipe holds at most (`man 7 pipe`), so that one read takes all that has been written before.
    private static let pipeCapacity = 64 * 1024

    private let limit: Int
    private var bytes: [UInt8] = []
    private var dropped = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// What has been collected, with a note of what has not, and nothing is left.
    mutating func take() -> String {
        defer { (bytes, dropped) = ([], 0) }
        let note = dropped > 0 ? "\n[\(dropped) more bytes were left out]\n" : ""
        return String(decoding: bytes, as: UTF8.self) + note
    }

    /// Takes out of the pipe all that has been written until now. Never waits.
    ///
    /// - Returns: false when there will never be more.
    mutating func drain(_ pipe: borrowing OwnedDescriptor) -> Bool {
        let descriptor = pipe.rawValue
        return withUnsafeTemporaryAllocation(byteCount: Self.pipeCapacity, alignment: 16) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            let kept = min(count, limit - bytes.count)
            bytes.append(contentsOf: buffer.prefix(kept))
            dropped += count - kept
            return true
        }
    }
}
