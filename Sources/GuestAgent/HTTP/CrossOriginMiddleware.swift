import AgentCore
import HTTPTypes
import Hummingbird

/// Tells browsers what pages of allowed origins may send and read (the Fetch standard's CORS protocol). Whether a request
/// is served is not decided here, but by `AccessPolicyMiddleware`.
struct CrossOriginMiddleware: RouterMiddleware {
    /// For how long a browser may remember what it was told, in seconds.
    private static let memory = "600"

    let policy: AccessPolicy
    let listener: AccessRequest.Listener

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let origins = request.headers[values: .origin]
        guard let origin = origins.first else { return try await next(request, context) }
        if request.method == .options, let method = request.headers[.accessControlRequestMethod] {
            var announced = AccessRequest(request, at: listener, over: context.channel)
            announced.method = method
            if policy.admitsPreflight(of: announced) {
                return Self.permission(for: method, headers: request.headers, to: origin)
            }
        }
        var response = try await next(request, context)
        if policy.allowsAll(origins) { response.headers.letRead(origin) }
        return response
    }

    private static func permission(for method: String, headers: HTTPFields, to origin: String) -> Response {
        var response = Response.empty(.noContent)
        response.headers.letRead(origin)
        response.headers[.accessControlAllowMethods] = method
        response.headers[.accessControlAllowHeaders] = headers[.accessControlRequestHeaders]
        response.headers[.accessControlMaxAge] = memory
        if headers[.accessControlRequestPrivateNetwork] == "true" {
            response.headers[.accessControlAllowPrivateNetwork] = "true"
        }
        return response
    }
}

extension HTTPFields {
    /// Lets pages of `origin`, or of all with `*`, read the answer and its header.
    mutating func letRead(_ origin: String) {
        self[.accessControlAllowOrigin] = origin
        self[.accessControlExposeHeaders] = "*"
        guard origin != "*" else { return }
        append(HTTPField(name: .vary, value: "Origin"))
    }
}
