/// The body of /display: what is left out stays as it is.
package struct ChangeDisplayRequest: Codable, Sendable {
    package let width: Int?
    package let height: Int?
    package let refreshRate: Int?
    package let requireIdle: Bool?
    /// Accepted and without effect: no resize needs a new browser.
    package let restartChromium: Bool?

    private enum CodingKeys: String, CodingKey {
        case width, height
        case refreshRate = "refresh_rate"
        case requireIdle = "require_idle"
        case restartChromium = "restart_chromium"
    }
}

/// What the screen shows.
package struct DisplayResponse: Codable, Sendable {
    package let width: Int
    package let height: Int
    package let refreshRate: Int

    private enum CodingKeys: String, CodingKey {
        case width, height
        case refreshRate = "refresh_rate"
    }

    package init(width: Int, height: Int, refreshRate: Int) {
        self.width = width
        self.height = height
        self.refreshRate = refreshRate
    }
}
