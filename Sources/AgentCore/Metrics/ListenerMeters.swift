/// What is counted of each port.
package struct ListenerMeters: Sendable {
    package let accepted: Meter
    /// Closed at once, because there were too many.
    package let refused: Meter
    package let open: Meter
    /// WebSockets that are being relayed.
    package let relays: Meter

    package init(of listener: AccessRequest.Listener, in registry: MetricsRegistry) {
        let labels = [("listener", listener.rawValue)]
        accepted = registry.meter(
            .counter, "guest_agent_connections_accepted_total", "Connections that were accepted.", labels)
        refused = registry.meter(
            .counter, "guest_agent_connections_refused_total", "Connections closed at once for want of room.", labels)
        open = registry.meter(.gauge, "guest_agent_connections_open", "Connections that are open.", labels)
        relays =
            [.devtools, .webdriver].contains(listener)
            ? registry.meter(.gauge, "guest_agent_relays_open", "WebSockets that are being relayed.", labels) : Meter()
    }
}
