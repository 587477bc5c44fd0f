import AgentCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension AgentError.Code {
    var status: HTTPResponse.Status { HTTPResponse.Status(code: httpStatus) }

    /// The code for a status that the HTTP library itself decided on.
    init(status: HTTPResponse.Status) {
        self = Self.allCases.first { $0.status == status } ?? (status.code < 500 ? .invalidArgument : .internalError)
    }
}

extension AgentError {
    /// `{"code": …, "message": …}`, and `details` where there are any.
    var jsonBody: ByteBuffer {
        struct Body: Encodable {
            let code: String
            let message: String
            let details: [String: JSONValue]?
        }
        let body = Body(code: code.rawValue, message: message, details: details.isEmpty ? nil : details)
        let encoded = try? JSONEncoder.wire.encode(body)
        return ByteBuffer(bytes: encoded ?? Data(#"{"code":"internal","message":"internal error"}"#.utf8))
    }

    var response: Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
        if code == .unavailable || code == .resourceExhausted { headers[.retryAfter] = "1" }
        // What is left of a request that came too slowly cannot be told from the next one.
        if code == .requestTimeout { headers[.connection] = "close" }
        return Response(status: code.status, headers: headers, body: ResponseBody(byteBuffer: jsonBody))
    }
}
