import AsyncAlgorithms
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
    private enum Item<Element: Sendable>: Sendable {
        case element(Element)
        case end
        case clientLeft
    }

    /// - Parameters:
    ///   - context: of the request, to notice that the client has left.
    ///   - encode: appends the lines of an element, each with its line feed.
    static func response<Elements: AsyncSequence & Sendable>(
        in context: AgentRequestContext, elements: Elements,
        encode: @escaping @Sendable (Elements.Element, inout ByteBuffer) -> Void
    ) -> Response where Elements.Element: Sendable {
        let body = ResponseBody { writer in
            let items = chain(elements.map { Item.element($0) }, [Item<Elements.Element>.end].async)
            let departure = try await context.departed.element(Item<Elements.Element>.clientLeft)
            for try await item in merge(items, departure).cancelOnGracefulShutdown() {
                switch item {
                case .element(let element):
                    var buffer = ByteBuffer()
                    encode(element, &buffer)
                    try await writer.write(buffer)
                case .end: return try await writer.finish(nil)
                case .clientLeft: throw CancellationError()
                }
            }
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-cache"], body: body)
    }
}
