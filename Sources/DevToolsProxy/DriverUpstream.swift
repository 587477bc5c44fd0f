import NIOCore

/// chromedriver, and the Chromium its sessions attach to.
struct DriverUpstream: Sendable {
    let server: UpstreamServer
    let browser: BrowserUpstream

    /// Waits until a session can be opened: until Chromium carries out commands, and chromedriver can be connected to.
    ///
    /// - Throws: `unavailable` after the browser's hold timeout.
    func waitForBoth(on eventLoop: any EventLoop) async throws -> UpstreamConnection {
        try await browser.hold.run {
            _ = try await browser.find()
            return try await server.connect(on: eventLoop)
        }
    }
}
