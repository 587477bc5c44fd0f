import AgentCore
import Hummingbird
import NIOCore

/// The body of a request with its content coding undone as it arrives. One piece is held at a time.
struct DecodedBody: AsyncSequence {
    typealias Element = ByteBuffer

    /// How large the pieces are at most, in bytes.
    private static let pieceSize = 256 * 1024
    /// From here on, in decoded bytes, a body may be no more than `ratioLimit` times as large as it was sent.
    private static let ratioFloor = 64 * 1024 * 1024
    /// Zeros gain a thousand by gzip; what gains more is meant to fill the disk.
    private static let ratioLimit = 1100

    let body: RequestBody
    let coding: ContentCoding

    func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), coding: coding)
    }

    struct Iterator: AsyncIteratorProtocol {
        private var body: RequestBody.AsyncIterator
        private let coding: ContentCoding
        private var decoder: (any ContentDecoder)?
        private var input = ByteBuffer()
        private var received = 0
        private var decoded = 0
        /// The last piece was full: the decoder may hold more without more input.
        private var mayHoldMore = false

        fileprivate init(body: RequestBody.AsyncIterator, coding: ContentCoding) {
            self.body = body
            self.coding = coding
        }

        /// - Throws: `invalidArgument` for what is not in the coding or ends too early; `tooLarge` for what was made to
        ///   fill the disk.
        mutating func next() async throws -> ByteBuffer? {
            let decoder = try self.decoder ?? coding.makeDecoder()
            self.decoder = decoder
            while true {
                if input.readableBytes == 0, !mayHoldMore {
                    guard let arrived = try await body.next() else { return try end(decoder) }
                    received += arrived.readableBytes
                    input = arrived
                }
                var piece = ByteBufferAllocator().buffer(capacity: DecodedBody.pieceSize)
                try decoder.decode(&input, into: &piece)
                mayHoldMore = piece.writableBytes == 0
                decoded += piece.readableBytes
                try requireHonestRatio()
                if piece.readableBytes > 0 { return piece }
            }
        }

        private func end(_ decoder: any ContentDecoder) throws -> ByteBuffer? {
            guard decoder.isComplete || received == 0 else {
                throw AgentError.invalidArgument("the body ends in the middle of its \(coding.rawValue) data")
            }
            return nil
        }

        private func requireHonestRatio() throws {
            guard decoded > DecodedBody.ratioFloor, decoded / DecodedBody.ratioLimit > received else { return }
            throw AgentError(
                .tooLarge, "the body grows more than \(DecodedBody.ratioLimit) times when it is decoded; send it plain")
        }
    }
}
