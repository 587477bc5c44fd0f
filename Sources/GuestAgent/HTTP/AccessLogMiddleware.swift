import HTTPTypes
import Hummingbird
import Logging

/// One log line per answered request, and the request id in the answer.
///
/// What was refused or failed logs at info, the rest at debug: an agent is called hundreds of times a minute, and a line
/// for each call costs as much as a click does. Query strings are left out: they carry tokens.
struct AccessLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        context.logger.log(
            level: response.status.code < 400 ? .debug : .info, "request",
            metadata: [
                "method": .string(request.method.rawValue),
                "path": .string(request.uri.path),
                "status": .stringConvertible(response.status.code),
                "ms": .stringConvertible((ContinuousClock.now - start).milliseconds),
            ])
        return response
    }
}

extension Duration {
    /// Whole and fractional milliseconds, to three places.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        return Double(microseconds) / 1000
    }
}
