import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird

extension Response {
    /// A file, streamed: the next chunk is read when the client has taken the last one.
    ///
    /// A file that shrinks meanwhile ends the connection, so that the client does not take the part for the whole.
    static func file(_ file: ReadableFile, headers: HTTPFields) -> Response {
        let body = ResponseBody(contentLength: file.length.map(Int.init)) { writer in
            for try await chunk in file { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

extension Timestamp {
    init(_ time: UnixTime) {
        self.init(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }
}
