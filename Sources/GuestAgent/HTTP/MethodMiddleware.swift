import AgentCore
import HTTPTypes
import Hummingbird

/// Tells a path that exists, asked with the wrong method (405), from one that does not exist (404).
///
/// The router knows no difference. Looking through all paths is slow, and only done for requests that found no route.
struct MethodMiddleware: RouterMiddleware {
    private let patterns: [(segments: [Substring], path: String, method: HTTPRequest.Method)]

    init(routes: [RouteTable.Route]) {
        patterns = routes.flatMap { route in
            let methods = route.method == .get ? [.get, .head] : [route.method]
            return methods.map { (route.path.split(separator: "/"), route.path, $0) }
        }
    }

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let segments = request.uri.path.split(separator: "/")
            let matches = patterns.filter { Self.matches(segments, $0.segments) }
            guard let path = matches.first?.path else { throw error }
            return Self.refusal(of: request.method, at: path, allowing: matches.map(\.method))
        }
    }

    private static func refusal(
        of method: HTTPRequest.Method, at path: String, allowing allowed: [HTTPRequest.Method]
    ) -> Response {
        let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        var response = AgentError(.methodNotAllowed, "\(path) takes \(list), not \(method.rawValue)").response
        response.headers[.allow] = list
        return response
    }

    /// - Parameter pattern: segments as in openapi.yaml; `{name}` stands for any segment, `**` for all that follow.
    private static func matches(_ segments: [Substring], _ pattern: [Substring]) -> Bool {
        if pattern.last == "**" { return segments.starts(with: pattern.dropLast()) }
        return segments.count == pattern.count
            && zip(segments, pattern).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
}
