import AsyncAlgorithms
import Hummingbird
import NIOCore
import ServiceLifecycle

extension ResponseBody {
    private enum Item<Element: Sendable>: Sendable {
        case element(Element)
        case end
        case clientLeft
    }

    /// What an asynchronous sequence yields, as it does.
    ///
    /// The head is sent at once. The next element is asked for when the client has taken the last one. The stream ends
    /// when the sequence does, when the client leaves, and when the agent stops; after an error the connection is
    /// ended, so that a part is not taken for the whole.
    ///
    /// - Parameters:
    ///   - context: of the request, to notice that the client has left.
    ///   - encode: makes the bytes of an element.
    static func stream<Elements: AsyncSequence & Sendable>(
        of elements: Elements, in context: AgentRequestContext,
        encode: @escaping @Sendable (Elements.Element) -> ByteBuffer
    ) -> ResponseBody where Elements.Element: Sendable {
        ResponseBody { writer in
            let items = chain(elements.map { Item.element($0) }, [Item<Elements.Element>.end].async)
            let departure = try await context.departed.element(Item<Elements.Element>.clientLeft)
            for try await item in merge(items, departure).cancelOnGracefulShutdown() {
                switch item {
                case .element(let element): try await writer.write(encode(element))
                case .end: return try await writer.finish(nil)
                case .clientLeft: throw CancellationError()
                }
            }
        }
    }
}
