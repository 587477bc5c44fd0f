import AgentCore
import FoundationEssentials
import NIOCore

/// The body of a WebDriver `POST /session` (W3C WebDriver §8.1), edited so that chromedriver attaches to the browser
/// that runs already in place of starting one.
struct SessionCapabilities: Sendable {
    /// Where chromedriver finds that browser's DevTools, as "host:port".
    let debuggerAddress: String

    private static let optionsKey = "goog:chromeOptions"

    /// - Throws: `invalidArgument` for a body that is not a JSON object, or whose capabilities are not.
    func attaching(_ body: ByteBuffer) throws(AgentError) -> ByteBuffer {
        guard case .object(let request)? = Self.decode(body) else {
            throw .invalidArgument("the body of POST /session must be a JSON object")
        }
        return try Self.encode(.object(try attaching(request)))
    }

    /// - Parameter command: a `session.new` of BiDi, whose parameters are those of `POST /session`.
    /// - Throws: `invalidArgument` for parameters or capabilities that are not objects.
    func attaching(command: [String: JSONValue]) throws(AgentError) -> ByteBuffer {
        var command = command
        let parameters = try Self.members(of: command["params"], named: "params")
        command["params"] = .object(try attaching(parameters))
        return try Self.encode(.object(command))
    }

    private func attaching(_ parameters: [String: JSONValue]) throws(AgentError) -> [String: JSONValue] {
        var request = parameters
        if let desired = request["desiredCapabilities"] {
            request["desiredCapabilities"] = try attachingLegacy(desired)
        }
        if request["capabilities"] != nil || request["desiredCapabilities"] == nil {
            request["capabilities"] = try attaching(request["capabilities"] ?? .object([:]))
        }
        return request
    }

    /// A capability must not stand in `alwaysMatch` and `firstMatch` both, so the address goes where the client has its
    /// Chrome options already: into each alternative if they are there only, else into `alwaysMatch`.
    private func attaching(_ capabilities: JSONValue) throws(AgentError) -> JSONValue {
        guard case .object(var members) = capabilities else {
            throw .invalidArgument("capabilities must be an object")
        }
        let always = try Self.members(of: members["alwaysMatch"], named: "alwaysMatch")
        let alternatives = members["firstMatch"]?.array ?? []
        if always[Self.optionsKey] == nil, alternatives.contains(where: { $0[Self.optionsKey] != nil }) {
            var edited: [JSONValue] = []
            for alternative in alternatives {
                let members = try Self.members(of: alternative, named: "each element of firstMatch")
                edited.append(.object(try attachingOptions(in: members)))
            }
            members["firstMatch"] = .array(edited)
        } else {
            members["alwaysMatch"] = .object(try attachingOptions(in: always))
        }
        return .object(members)
    }

    /// The capabilities of clients older than the standard.
    private func attachingLegacy(_ desired: JSONValue) throws(AgentError) -> JSONValue {
        .object(try attachingOptions(in: try Self.members(of: desired, named: "desiredCapabilities")))
    }

    private func attachingOptions(in capabilities: [String: JSONValue]) throws(AgentError) -> [String: JSONValue] {
        var options = try Self.members(of: capabilities[Self.optionsKey], named: Self.optionsKey)
        options["debuggerAddress"] = .string(debuggerAddress)
        return capabilities.merging([Self.optionsKey: .object(options)]) { $1 }
    }

    private static func members(of value: JSONValue?, named name: String) throws(AgentError) -> [String: JSONValue] {
        switch value {
        case nil, .null: return [:]
        case .object(let members): return members
        default: throw .invalidArgument("\(name) must be an object")
        }
    }

    private static func decode(_ body: ByteBuffer) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
    }

    private static func encode(_ value: JSONValue) throws(AgentError) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try JSONEncoder().encode(value))
        } catch {
            throw .internalError("the capabilities cannot be written as JSON", cause: "\(error)")
        }
    }
}
