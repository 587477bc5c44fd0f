package import AgentCore

/// What both proxies are told at start.
package struct ProxyConfiguration: Sendable {
    /// Where clients connect.
    package var listen: ProxyAddress
    /// Where Chromium's DevTools server, or chromedriver, listens.
    package var upstream: ProxyAddress
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
        listen: ProxyAddress, upstream: ProxyAddress, accessPolicy: AccessPolicy = AccessPolicy(),
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
