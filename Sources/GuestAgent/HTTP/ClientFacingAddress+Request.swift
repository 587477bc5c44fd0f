import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// How whoever has sent this request reaches the agent.
    func clientFacingAddress(isEncrypted: Bool, over channel: any Channel) -> ClientFacingAddress {
        let local = channel.localAddress
        return ClientFacingAddress(
            forwardedHost: headers[.forwardedHost], forwardedProtocol: headers[.forwardedProtocol],
            host: head.authority, isSecure: isEncrypted,
            fallback: SocketEndpoint(host: local?.ipAddress ?? "127.0.0.1", port: local?.port ?? 80))
    }
}
