import AgentCore
import Hummingbird
import NIOCore

/// Keeps the machine awake for clients elsewhere: from the head of the request until the last byte of the answer has
/// been received. Callers on the machine itself do not count, or a probe would keep it awake for ever.
struct WakefulnessMiddleware: RouterMiddleware {
    let scaleToZero: ScaleToZero

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !AccessRequest.isLoopback(context.channel.remoteAddress?.ipAddress) else {
            return try await next(request, context)
        }
        let hold = try await scaleToZero.hold()
        var response = try await next(request, context)
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { [channel = context.channel] writer in
            defer { withExtendedLifetime(hold) {} }
            try await body.write(writer)
            await channel.drain()
        }
        return response
    }
}
