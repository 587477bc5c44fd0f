package import AgentCore
package import Listening
package import NIOCore

/// The two listeners automation clients connect to, and what they share.
///
/// `CDPProxy` passes the Chrome DevTools Protocol on to Chromium, `WebDriverProxy` passes WebDriver and BiDi on to
/// chromedriver. Both upstreams listen on loopback only and refuse a foreign `Host` or `Origin`; the proxies are the
/// doors to them, each request checked by `AccessPolicy`, each address in an answer rewritten to the one the client
/// used. An HTTP request is served by one task per connection that pulls message parts off the channel
/// (`MessageChannel`). Once a WebSocket is established both sockets leave NIO, and a `Relay` moves bytes between them on a
/// thread for that: no frame is assembled or re-masked, and nothing is kept for a connection that is silent.
///
/// This is what both are told at start.
package struct ProxyConfiguration: Sendable {
    /// Where clients connect.
    package var listen: SocketEndpoint
    /// Which of the agent's ports this is, for the access policy.
    package var listener: AccessRequest.Listener
    package var accessPolicy: AccessPolicy
    package var clients: ClientLimits
    /// Encrypts a new connection, on its event loop; `nil` leaves it plain.
    package var encryption: (@Sendable (any Channel) throws -> Void)?
    package var meters: ListenerMeters
    /// Held while a client from elsewhere waits for an answer or is connected to a WebSocket.
    package var scaleToZero: ScaleToZero?
    /// How long, after one side of a relay has ended, the other may take to receive what is left.
    package var lingerTimeout: Duration
    /// How often a silent WebSocket client is sent a ping; after three without an answer it is given up.
    package var pingInterval: Duration

    package init(
        listen: SocketEndpoint, listener: AccessRequest.Listener = .devtools,
        accessPolicy: AccessPolicy = AccessPolicy(), clients: ClientLimits = ClientLimits(),
        encryption: (@Sendable (any Channel) throws -> Void)? = nil, meters: ListenerMeters? = nil,
        scaleToZero: ScaleToZero? = nil,
        lingerTimeout: Duration = .seconds(10), pingInterval: Duration = .seconds(15)
    ) {
        self.listen = listen
        self.listener = listener
        self.accessPolicy = accessPolicy
        self.clients = clients
        self.encryption = encryption
        self.meters = meters ?? ListenerMeters(of: listener, in: MetricsRegistry())
        self.scaleToZero = scaleToZero
        self.lingerTimeout = lingerTimeout
        self.pingInterval = pingInterval
    }
}
