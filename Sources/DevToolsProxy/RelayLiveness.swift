import NIOCore

/// How a client that has vanished behind a proxy of its own is noticed: by pings (RFC 6455 §5.5.2) it does not answer.
///
/// A client that has vanished itself is noticed by the kernel, see `HTTPPipeline`.
struct RelayLiveness: Sendable {
    enum Verdict: Sendable, Equatable {
        case alive
        /// A ping is due.
        case silent
        case dead
    }

    static let ping = ByteBuffer(bytes: [0x89, 0x00])
    /// Intervals without a byte after which a client is given up.
    private static let limit = 3

    /// Between two looks at the client.
    let interval: Duration
    private var wasHeard = false
    private var silence = 0

    init(interval: Duration) {
        self.interval = interval
    }

    /// Bytes came from the client, or it has taken some.
    mutating func hear() {
        wasHeard = true
    }

    /// To be called once each interval.
    mutating func tick() -> Verdict {
        silence = wasHeard ? 0 : silence + 1
        wasHeard = false
        return silence == 0 ? .alive : silence < Self.limit ? .silent : .dead
    }
}
