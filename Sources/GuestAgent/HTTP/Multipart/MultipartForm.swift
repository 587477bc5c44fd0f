import AgentCore
import Hummingbird
import NIOCore

/// The parts of a request's form, one after another. The body is read only as fast as its parts are.
///
/// Used by the one task that handles the request.
final class MultipartForm {
    /// A form may have as many parts.
    static let partLimit = 10_000

    private var parser: MultipartParser
    private var body: RequestBody.AsyncIterator
    private var inPart = false
    private var parts = 0

    /// - Throws: `invalidArgument` when the request announces no form.
    init(_ request: Request) throws(AgentError) {
        parser = MultipartParser(boundary: try MultipartBoundary(contentType: request.headers[.contentType]))
        body = request.body.makeAsyncIterator()
    }

    /// The next part; what was not read of the one before is passed over. `nil` at the end of the form.
    ///
    /// - Throws: `invalidArgument` for what is no form, or one that ends too early.
    func nextPart() async throws -> MultipartPart? {
        while try await nextContent() != nil {}
        guard case .part(let part)? = try await nextEvent() else { return try await readRest() }
        parts += 1
        guard parts <= Self.partLimit else {
            throw AgentError(.tooLarge, "a form may have at most \(Self.partLimit) parts: send several requests")
        }
        inPart = true
        return part
    }

    /// The next piece of the part's content; `nil` at its end.
    func nextContent() async throws -> ByteBuffer? {
        guard inPart else { return nil }
        if case .content(let content)? = try await nextEvent() { return content }
        inPart = false
        return nil
    }

    /// What `nextContent` yields, as a sequence.
    var content: Content { Content(form: self) }

    struct Content: AsyncSequence, AsyncIteratorProtocol {
        let form: MultipartForm

        func makeAsyncIterator() -> Content { self }

        func next() async throws -> ByteBuffer? { try await form.nextContent() }
    }

    /// The whole part as text.
    ///
    /// - Parameter limit: how many bytes it may have.
    /// - Throws: `invalidArgument` when it has more.
    func text(of part: MultipartPart, limit: Int = 64 * 1024) async throws -> String {
        var text = ByteBuffer()
        while let content = try await nextContent() {
            guard text.readableBytes + content.readableBytes <= limit else {
                throw AgentError.invalidArgument("the field \(part.name) may have at most \(limit) bytes")
            }
            text.writeImmutableBuffer(content)
        }
        return String(buffer: text)
    }

    private func nextEvent() async throws -> MultipartParser.Event? {
        while true {
            if let event = try parser.next() { return event }
            guard let arrived = try await body.next() else {
                throw MultipartParser.malformed("it ends before its last boundary")
            }
            parser.feed(arrived)
        }
    }

    /// What follows the form is read and forgotten, so that the connection can go on.
    private func readRest() async throws -> MultipartPart? {
        while try await body.next() != nil {}
        return nil
    }
}
