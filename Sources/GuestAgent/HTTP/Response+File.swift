import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird

extension Response {
    /// A file, or what the request wants of it: conditions and a range are honoured (RFC 9110 §13, §14).
    ///
    /// A file that shrinks while it is sent ends the connection, so that the client does not take the part for the
    /// whole.
    ///
    /// - Parameter headers: of the answer that carries the file; validators and what concerns ranges are added.
    static func file(
        _ file: ReadableFile, to request: Request, context: AgentRequestContext, headers: HTTPFields
    ) -> Response {
        let representation = Representation(file)
        var headers = headers
        headers[.eTag] = representation.tag.text
        headers[.lastModified] = representation.lastModified.text
        headers[.acceptRanges] = file.length == nil ? "none" : "bytes"
        switch representation.selection(for: request.head) {
        case .whole:
            return Response(status: .ok, headers: headers, body: .file(file, context: context))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.length ?? 0)"
            return Response(status: .partialContent, headers: headers, body: .file(file, range, context: context))
        case .notModified:
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        case .preconditionFailed:
            let message = "the file is in another state than If-Match or If-Unmodified-Since want; its ETag tells which"
            return refusal(.preconditionFailed, message, headers: [.eTag: representation.tag.text])
        case .unsatisfiable:
            let length = file.length ?? 0
            let message = "the Range asks for nothing that is in the file, which has \(length) bytes"
            return refusal(.rangeNotSatisfiable, message, headers: [.contentRange: "bytes */\(length)"])
        }
    }

    private static func refusal(_ code: AgentError.Code, _ message: String, headers: HTTPFields) -> Response {
        var response = AgentError(code, message).response
        response.headers.append(contentsOf: headers)
        return response
    }
}

extension ResponseBody {
    /// - Parameter range: `nil` for all of the file.
    fileprivate static func file(
        _ file: ReadableFile, _ range: Range<Int64>? = nil, context: AgentRequestContext
    ) -> ResponseBody {
        guard let range = range ?? file.length.map({ 0..<$0 }) else { return .toTheEnd(of: file) }
        if let slice = file.contents?.getSlice(at: Int(range.lowerBound), length: range.count) {
            return ResponseBody(byteBuffer: slice)
        }
        return ResponseBody(contentLength: range.count) { writer in
            try await FileSender(file: file, channel: context.channel).send(range)
            try await writer.finish(nil)
        }
    }

    /// For files whose length nobody knows: the next chunk is read when the client has taken the last one.
    private static func toTheEnd(of file: ReadableFile) -> ResponseBody {
        ResponseBody { writer in
            for try await chunk in file { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
    }
}

extension Representation {
    /// Strong once any further change is sure to show in the file's times.
    init(_ file: ReadableFile) {
        let version = file.version
        let numbers = [
            Int64(bitPattern: version.device), Int64(bitPattern: version.inode), version.size,
            version.changeTime.seconds, Int64(version.changeTime.nanoseconds),
        ]
        let opaque = numbers.map { String(UInt64(bitPattern: $0), radix: 16) }.joined(separator: "-")
        self.init(
            tag: EntityTag(opaque: opaque, isWeak: !version.isSettled),
            // Never in the future (RFC 9110 §8.8.2.1).
            lastModified: HTTPDate(seconds: min(version.modificationTime.seconds, UnixTime.now.seconds)),
            length: file.length)
    }
}

extension Timestamp {
    init(_ time: UnixTime) {
        self.init(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }
}
