import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A stream of JSON values, one a line (`application/x-ndjson`), over any asynchronous sequence.
///
/// The head is sent at once. The next element is asked for when the client has taken the last one. The stream ends when
/// the sequence does, when the client leaves, and when the agent stops; after an error the connection is ended, so that
/// a part is not taken for the whole.
enum JSONLines {
    /// - Parameters:
    ///   - request: its body is consumed, to notice that the client has left.
    ///   - encode: appends the lines of an element, each with its line feed.
    static func response<Elements: AsyncSequence & Sendable>(
        to request: Request, elements: Elements,
        encode: @escaping @Sendable (Elements.Element, inout ByteBuffer) -> Void
    ) -> Response where Elements.Element: Sendable {
        let body = ResponseBody { writer in
            // The writer is consumed at the end; inside the cancellation scope a copy does the writing.
            var lineWriter = writer
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                for try await element in elements.cancelOnGracefulShutdown() {
                    var buffer = ByteBuffer()
                    encode(element, &buffer)
                    try await lineWriter.write(buffer)
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Having looked for the client's leaving, the connection has no further request.
    private static let headers: HTTPFields = [
        .contentType: "application/x-ndjson",
        .cacheControl: "no-cache",
        .connection: "close",
    ]
}
