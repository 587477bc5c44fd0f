import HTTPTypes
import Hummingbird

/// Answers HEAD with the head of what GET would be answered with (RFC 9110 §9.3.2); the body is never made.
struct HeadMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method == .head else { return response }
        var head = Response(status: response.status, headers: response.headers)
        // That of the body, or none: a response without one is given a 0.
        head.headers[.contentLength] = response.headers[.contentLength]
        return head
    }
}
