import AgentCore
import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// An event stream (WHATWG HTML §9.2, server-sent events) over any asynchronous sequence.
///
/// The head is sent at once. The next element is asked for only when the client has taken the last one, so a slow
/// reader slows its own sequence and nothing else; what the sequence does then is its own stated policy. A comment
/// goes out every 15 s, so that neither side nor a proxy takes silence for death. The stream ends when the sequence
/// does, when the client leaves, and when the agent stops.
enum ServerSentEvents {
    static let heartbeat = Duration.seconds(15)
    /// How many are being sent, by the whole process.
    static let open = Meter()

    /// - Parameters:
    ///   - context: of the request, to notice that the client has left.
    ///   - place: given up when the stream has ended.
    ///   - events: what to send.
    ///   - encode: appends an element as one or several events, each ended by a blank line; see `appendEvent`.
    static func response<Events: AsyncSequence & Sendable>(
        in context: AgentRequestContext, holding place: StreamPlace, events: Events,
        encode: @escaping @Sendable (Events.Element, inout ByteBuffer) throws -> Void
    ) -> Response where Events.Element: Sendable {
        let body = ResponseBody { writer in
            open.add()
            defer { open.subtract() }
            try await write(events, to: &writer, until: context.departed, encode: encode)
            try await writer.finish(nil)
            withExtendedLifetime(place) {}
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static let headers: HTTPFields = [
        .contentType: "text/event-stream",
        .cacheControl: "no-cache",
        .sseContentType: "application/json",
    ]

    /// What the writing loop waits for.
    private enum Item<Element: Sendable>: Sendable {
        case element(Element)
        case heartbeat
        case end
        case clientLeft
    }

    private static func write<Events: AsyncSequence & Sendable>(
        _ events: Events, to writer: inout any ResponseBodyWriter, until departed: CompletionLatch,
        encode: (Events.Element, inout ByteBuffer) throws -> Void
    ) async throws where Events.Element: Sendable {
        let elements = chain(events.map { Item.element($0) }, [Item<Events.Element>.end].async)
        let heartbeats = AsyncTimerSequence.repeating(every: heartbeat).map { _ in Item<Events.Element>.heartbeat }
        let departure = departed.element(Item<Events.Element>.clientLeft)
        for try await item in merge(elements, heartbeats, departure).cancelOnGracefulShutdown() {
            var buffer = ByteBuffer()
            switch item {
            case .element(let element): try encode(element, &buffer)
            case .heartbeat: buffer.writeStaticString(":\n\n")
            case .end: return
            case .clientLeft: throw CancellationError()
            }
            try await writer.write(buffer)
        }
    }
}

extension ByteBuffer {
    /// Appends one event whose `data:` line is `json`, which must hold no line break.
    ///
    /// - Parameter id: sent ahead of the data. A client that has lost its connection says the last one it has seen, see
    ///   `Request.lastEventID`.
    mutating func appendEvent(json: some Sequence<UInt8>, id: UInt64? = nil) {
        if let id { writeString("id: \(id)\n") }
        writeStaticString("data: ")
        writeBytes(json)
        writeStaticString("\n\n")
    }
}

extension Request {
    /// The id of the last event a client has seen of a stream it comes back to (`Last-Event-ID`); `nil` when there is
    /// none, or one the agent has not given.
    var lastEventID: UInt64? { headers[.lastEventID].flatMap { UInt64($0) } }
}
