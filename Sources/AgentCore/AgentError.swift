/// The one error type of the agent: what went wrong, said so that the client can act on it.
///
/// Domain targets throw it, `Code.httpStatus` alone says which status that becomes. `message` is shown to the client
/// and must say what to change; `cause` goes to the log only.
package struct AgentError: Error, Sendable, Equatable {
    /// What kind of failure this is. A plain enum, so that adding a case makes the compiler point at every mapping.
    ///
    /// The raw value is the `code` of the JSON error body.
    package enum Code: String, Sendable, CaseIterable {
        /// The request itself is wrong: a missing field, a value out of range, a path that is not what it must be.
        case invalidArgument = "invalid_argument"
        /// The request needs a token and has none, or not the right one.
        case unauthenticated = "unauthenticated"
        /// The operating system refused access, or the agent's rules do.
        case permissionDenied = "permission_denied"
        /// The named thing does not exist.
        case notFound = "not_found"
        /// The path exists, the method does not.
        case methodNotAllowed = "method_not_allowed"
        /// The thing exists already, or is in a state that excludes the operation.
        case conflict = "conflict"
        /// The thing is not in the state the request's conditions demand.
        case preconditionFailed = "precondition_failed"
        /// The client took too long to send its request.
        case requestTimeout = "request_timeout"
        /// The request is larger than the agent takes.
        case tooLarge = "too_large"
        /// The body is in a form, or an encoding, that the operation does not take.
        case unsupportedMediaType = "unsupported_media_type"
        /// Nothing of the thing is within the range asked for.
        case rangeNotSatisfiable = "range_not_satisfiable"
        /// The WebSocket upgrade the route needs was not offered, or not in a form it understands.
        case upgradeRequired = "upgrade_required"
        /// The head of the request is larger than the agent takes.
        case headersTooLarge = "headers_too_large"
        /// The client has used up what it may hold at once.
        case resourceExhausted = "resource_exhausted"
        /// The agent's own fault.
        case internalError = "internal"
        /// The work did not end within the time the client gave it.
        case timeout = "timeout"
        /// The operation is part of the contract and not built yet.
        case notImplemented = "not_implemented"
        /// Something behind the agent answered wrongly.
        case badGateway = "bad_gateway"
        /// Something the operation needs (the X server, Chromium) is not there now; it may be in a moment.
        case unavailable = "unavailable"
        /// No space, or no quota, is left for what was to be written.
        case insufficientStorage = "insufficient_storage"
    }

    package let code: Code
    package let message: String
    /// Detail for the log: an errno, an underlying error. Never sent to the client.
    package let cause: String?
    /// What the client gets besides the message, for programs: `details` of the JSON error body. Empty for most.
    package let details: [String: JSONValue]

    package init(_ code: Code, _ message: String, cause: String? = nil, details: [String: JSONValue] = [:]) {
        self.code = code
        self.message = message
        self.cause = cause
        self.details = details
    }
}

extension AgentError {
    package static func invalidArgument(_ message: String) -> AgentError { AgentError(.invalidArgument, message) }
    package static func notFound(_ message: String) -> AgentError { AgentError(.notFound, message) }
    package static func conflict(_ message: String) -> AgentError { AgentError(.conflict, message) }
    package static func notImplemented(_ message: String) -> AgentError { AgentError(.notImplemented, message) }

    package static func internalError(_ message: String, cause: String? = nil) -> AgentError {
        AgentError(.internalError, message, cause: cause)
    }

    package static func unavailable(_ message: String, cause: String? = nil) -> AgentError {
        AgentError(.unavailable, message, cause: cause)
    }
}

extension AgentError: CustomStringConvertible {
    package var description: String {
        cause.map { "\(code.rawValue): \(message) (\($0))" } ?? "\(code.rawValue): \(message)"
    }
}
