import AgentCore
import FoundationEssentials

extension AgentError {
    /// The whole answer that ends a connection with this error, as HTTP/1.1 has it on the wire.
    var lastAnswer: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = (try? encoder.encode(["code": code.rawValue, "message": message])) ?? Data("{}".utf8)
        let retry = code == .unavailable ? "Retry-After: 1\r\n" : ""
        let reason = code == .requestTimeout ? "Request Timeout" : "Service Unavailable"
        let head =
            "HTTP/1.1 \(code.httpStatus) \(reason)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(json.count)\r\nConnection: close\r\n\(retry)\r\n"
        return Array(head.utf8) + json
    }
}
