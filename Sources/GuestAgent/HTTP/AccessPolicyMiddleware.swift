import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses whom `AccessPolicy` does not admit.
struct AccessPolicyMiddleware: RouterMiddleware {
    let policy: AccessPolicy
    let listener: AccessRequest.Listener

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let admission = try policy.admit(AccessRequest(request, at: listener, over: context.channel))
        var response = try await next(request, context)
        if admission.isDelegated {
            response.headers.letRead("*")
        } else {
            // A browser elsewhere says nothing of the page that embeds what is at an address it does not trust.
            response.headers[.crossOriginResourcePolicy] = "same-origin"
        }
        return response
    }
}

extension AccessRequest {
    init(_ request: Request, at listener: Listener, over channel: any Channel) {
        self.init(listener, request.method.rawValue, path: request.uri.path, query: request.uri.query)
        origins = request.headers[values: .origin]
        fetchSites = request.headers[values: .secFetchSite]
        hosts = request.head.authority.map { [$0] } ?? []
        authorizations = request.headers[values: .authorization]
        peer = channel.remoteAddress?.ipAddress
        local = channel.localAddress?.ipAddress
    }
}
