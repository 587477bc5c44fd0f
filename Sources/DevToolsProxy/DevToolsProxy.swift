/// The two listeners automation clients connect to, and what they share.
///
/// `CDPProxy` passes the Chrome DevTools Protocol on to Chromium, `WebDriverProxy` passes WebDriver and BiDi on to
/// chromedriver. Both upstreams listen on loopback only and refuse a foreign `Host` or `Origin`; the proxies are the
/// doors to them, each request checked by `AccessPolicy`, each address in an answer rewritten to the one the client
/// used. An HTTP request is served by one task per connection that pulls message parts off the channel
/// (`MessageChannel`). Once a WebSocket is established the HTTP handlers leave both channels and `RelayHandler`s move
/// bytes between them on one event loop: no task, no copy, no frame is assembled or re-masked.
///
/// This one names a TCP endpoint.
package struct ProxyAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address or a host name, IPv6 without brackets.
    package let host: String
    /// 0 lets the kernel choose, when listening.
    package let port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// As it stands in a URL or a `Host` header.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
