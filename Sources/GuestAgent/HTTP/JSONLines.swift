import HTTPTypes
import Hummingbird
import NIOCore

/// A stream of JSON values, one a line (`application/x-ndjson`), over any asynchronous sequence.
enum JSONLines {
    /// - Parameters:
    ///   - context: of the request, to notice that the client has left.
    ///   - encode: appends the lines of an element, each with its line feed.
    static func response<Elements: AsyncSequence & Sendable>(
        in context: AgentRequestContext, elements: Elements,
        encode: @escaping @Sendable (Elements.Element, inout ByteBuffer) -> Void
    ) -> Response where Elements.Element: Sendable {
        let body = ResponseBody.stream(of: elements, in: context) { element in
            var buffer = ByteBuffer()
            encode(element, &buffer)
            return buffer
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-cache"], body: body)
    }
}
