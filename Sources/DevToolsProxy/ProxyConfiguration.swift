package import AgentCore

/// The two listeners automation clients connect to, and what they share.
///
/// `CDPProxy` passes the Chrome DevTools Protocol on to Chromium, `WebDriverProxy` passes WebDriver and BiDi on to
/// chromedriver. Both upstreams listen on loopback only and refuse a foreign `Host` or `Origin`; the proxies are the
/// doors to them, each request checked by `AccessPolicy`, each address in an answer rewritten to the one the client
/// used. An HTTP request is served by one task per connection that pulls message parts off the channel
/// (`MessageChannel`). Once a WebSocket is established the HTTP handlers leave both channels and `RelayHandler`s move
/// bytes between them on one event loop: no task, no copy, no frame is assembled or re-masked.
///
/// This is what both are told at start.
package struct ProxyConfiguration: Sendable {
    /// Where clients connect.
    package var listen: SocketEndpoint
    /// Where Chromium's DevTools server, or chromedriver, listens.
    package var upstream: SocketEndpoint
    package var accessPolicy: AccessPolicy
    /// How long a request waits for an upstream that is down before it is answered 503.
    package var holdTimeout: Duration
    /// How long a new connection may take to send its first request head.
    package var headTimeout: Duration
    /// How long a connection may idle between two requests, or in the middle of a request's body.
    package var idleTimeout: Duration
    /// How long, after one side of a relay has ended, the other may take to receive what is left.
    package var lingerTimeout: Duration

    package init(
        listen: SocketEndpoint, upstream: SocketEndpoint, accessPolicy: AccessPolicy = AccessPolicy(),
        holdTimeout: Duration = .seconds(10), headTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(60), lingerTimeout: Duration = .seconds(10)
    ) {
        self.listen = listen
        self.upstream = upstream
        self.accessPolicy = accessPolicy
        self.holdTimeout = holdTimeout
        self.headTimeout = headTimeout
        self.idleTimeout = idleTimeout
        self.lingerTimeout = lingerTimeout
    }
}
