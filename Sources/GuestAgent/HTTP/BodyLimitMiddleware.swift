import Hummingbird

/// Tells the routes how large a JSON body may be.
struct BodyLimitMiddleware: RouterMiddleware {
    /// In bytes.
    let limit: Int

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.maxUploadSize = limit
        return try await next(request, context)
    }
}
