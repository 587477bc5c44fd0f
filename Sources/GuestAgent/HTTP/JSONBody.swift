import AgentCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat

extension Request {
    /// Reads and decodes a JSON body. The content type is not looked at: clients leave it out.
    ///
    /// Throws `invalidArgument` naming the field that is missing or wrong, `tooLarge` beyond `maxUploadSize`.
    func decodeJSON<Value: Decodable & Sendable>(_ type: Value.Type, _ context: AgentRequestContext) async throws
        -> Value
    {
        let bytes = try await collectJSON(upTo: context.maxUploadSize)
        guard bytes.readableBytes > 0 else { throw AgentError.invalidArgument("the request needs a JSON body") }
        return try await computing(on: bytes.readableBytes) { try Value(clientJSON: bytes) }
    }

    /// As `decodeJSON`, where an absent, empty or `null` body means all defaults.
    func decodeOptionalJSON<Value: Decodable & Sendable>(
        _ type: Value.Type, _ context: AgentRequestContext, default fallback: Value
    ) async throws -> Value {
        let bytes = try await collectJSON(upTo: context.maxUploadSize)
        guard bytes.readableBytes > 0 else { return fallback }
        return try await computing(on: bytes.readableBytes) { try Value?(clientJSON: bytes) } ?? fallback
    }

    private func collectJSON(upTo limit: Int) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw AgentError(.tooLarge, "a JSON body may have at most \(limit) bytes")
        }
    }
}

extension Decodable {
    /// What a client has sent. Throws `invalidArgument` naming the field that is missing or wrong.
    init(clientJSON bytes: ByteBuffer) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: bytes)
        } catch let error as DecodingError {
            throw AgentError.invalidArgument(error.misfitNumberMessage(in: bytes) ?? error.clientMessage)
        }
    }
}

extension Response {
    /// A JSON answer; `nil` fields are left out.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = try ByteBuffer(data: JSONEncoder.wire.encode(value))
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
    }

    /// An answer without a body.
    static func empty(_ status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status)
    }
}

extension JSONEncoder {
    /// How the agent writes JSON: compact, slashes as they are.
    static var wire: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return encoder
    }
}

extension DecodingError {
    /// The decoder takes a number that does not fit its field for broken JSON, and does not say where it stands.
    fileprivate func misfitNumberMessage(in bytes: ByteBuffer) -> String? {
        guard case .dataCorrupted(let context) = self, context.codingPath.isEmpty,
            (try? JSONDecoder().decode(JSONValue.self, from: bytes)) != nil
        else { return nil }
        return "a number in the body is out of range, or has a fraction where it must be whole"
    }

    /// Says which field is wrong and what it should be.
    fileprivate var clientMessage: String {
        switch self {
        case .keyNotFound(let key, let context):
            "field \(Self.path(context.codingPath + [key])) is required"
        case .valueNotFound(let type, let context):
            "field \(Self.path(context.codingPath)) must be \(Self.name(of: type)), not null"
        case .typeMismatch(let type, let context):
            "field \(Self.path(context.codingPath)) must be \(Self.name(of: type))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "field \(Self.path(context.codingPath)): \(context.debugDescription)"
        case .dataCorrupted: "the body is not well-formed JSON"
        @unknown default: "the body cannot be decoded"
        }
    }

    private static func path(_ path: [any CodingKey]) -> String {
        if path.isEmpty { return "(the body)" }
        return path.reduce(into: "") { text, key in
            if let index = key.intValue { return text += "[\(index)]" }
            text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is Int.Type, is Int64.Type, is UInt16.Type: "an integer"
        case is Double.Type: "a number"
        case is Bool.Type: "true or false"
        case is String.Type: "a string"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}
