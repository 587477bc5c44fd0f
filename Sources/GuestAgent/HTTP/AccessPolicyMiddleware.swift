import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses what a web page in the guest's own browser could have sent; see `AccessPolicy`.
struct AccessPolicyMiddleware: RouterMiddleware {
    let policy: AccessPolicy

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        let channel = context.channel
        try policy.check(
            AccessPolicy.Request(
                origins: request.headers[values: .origin], fetchSites: request.headers[values: .secFetchSite],
                hosts: request.head.authority.map { [$0] } ?? [],
                peerIsThisMachine: AccessPolicy.isThisMachine(
                    peer: channel.remoteAddress?.ipAddress, local: channel.localAddress?.ipAddress)))
        return try await next(request, context)
    }
}
