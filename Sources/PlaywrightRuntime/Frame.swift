import AgentCore
import Glibc

/// What goes over the channel to Node.js, in either direction: a small header in JSON, and a body that is not looked
/// into. On the wire their lengths stand before them, 32 bits each, little-endian.
struct Frame: Equatable {
    static let prefixLength = 8

    let header: [UInt8]
    let body: [UInt8]

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.prefixLength + header.count + body.count)
        for length in [header.count, body.count] {
            withUnsafeBytes(of: UInt32(length).littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes + header + body
    }
}

/// Takes frames out of a stream of bytes. Keeps one frame at most, within its limits.
struct FrameParser {
    static let headerLimit = 1 << 20
    private static let chunkSize = 256 * 1024

    private let bodyLimit: Int
    private var buffer: [UInt8] = []

    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// Takes what the socket has, a chunk at most. Never waits.
    ///
    /// - Returns: false when the other side has closed it.
    mutating func read(_ socket: borrowing OwnedDescriptor) -> Bool {
        let descriptor = socket.rawValue
        return withUnsafeTemporaryAllocation(byteCount: Self.chunkSize, alignment: 16) { chunk in
            let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            append(chunk.prefix(count))
            return true
        }
    }

    /// The next frame; `nil` until all of it is there.
    ///
    /// - Throws: `badGateway` for one that is too large: the other side does not speak the protocol.
    mutating func next() throws(AgentError) -> Frame? {
        guard buffer.count >= Frame.prefixLength else { return nil }
        let (header, body) = (length(at: 0), length(at: 4))
        guard header <= Self.headerLimit, body <= bodyLimit else {
            throw AgentError(.badGateway, "Node.js does not answer as it should", cause: "frame of \(header), \(body)")
        }
        let bodyStart = Frame.prefixLength + header
        guard buffer.count >= bodyStart + body else { return nil }
        let frame = Frame(
            header: Array(buffer[Frame.prefixLength..<bodyStart]), body: Array(buffer[bodyStart..<bodyStart + body]))
        // Usually nothing is behind it, and a large buffer is not kept.
        buffer = Array(buffer[(bodyStart + body)...])
        return frame
    }

    private func length(at offset: Int) -> Int {
        buffer[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
