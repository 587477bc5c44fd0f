import HTTPTypes
import Hummingbird
import Logging

/// One log line per answered request, and the request id in the answer.
///
/// Probes log at debug level, everything else at info. Query strings are left out: they carry tokens.
struct AccessLogMiddleware: RouterMiddleware {
    private static let probes: Set<String> = ["/health", "/ready"]

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        let path = request.uri.path
        context.logger.log(
            level: Self.probes.contains(path) ? .debug : .info, "request",
            metadata: [
                "method": .string(request.method.rawValue),
                "path": .string(path),
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
