// Wire values of /computer/*. Coordinates are screen pixels, origin top left.

package struct ClickMouseRequest: Codable, Sendable {
    package let x: Int
    package let y: Int
    package let button: String?
    package let clickType: String?
    package let holdKeys: [String]?
    package let numClicks: Int?
    package let smooth: Bool?

    enum CodingKeys: String, CodingKey {
        case x, y, button, smooth
        case clickType = "click_type"
        case holdKeys = "hold_keys"
        case numClicks = "num_clicks"
    }
}

package struct MoveMouseRequest: Codable, Sendable {
    package let x: Int
    package let y: Int
    package let holdKeys: [String]?
    package let smooth: Bool?
    /// Milliseconds, 50…5000; only looked at for smooth moves.
    package let durationMilliseconds: Int?

    enum CodingKeys: String, CodingKey {
        case x, y, smooth
        case holdKeys = "hold_keys"
        case durationMilliseconds = "duration_ms"
    }
}

package struct TypeRequest: Codable, Sendable {
    package let text: String
    /// Milliseconds between characters.
    package let delay: Int?
    package let smooth: Bool?
    /// 0…0.10; only looked at for smooth typing.
    package let typoChance: Double?

    enum CodingKeys: String, CodingKey {
        case text, delay, smooth
        case typoChance = "typo_chance"
    }
}

package struct ScreenshotRequest: Codable, Sendable {
    package struct Region: Codable, Sendable {
        package let x: Int
        package let y: Int
        package let width: Int
        package let height: Int
    }

    package let region: Region?

    package init(region: Region? = nil) {
        self.region = region
    }
}

package struct MousePosition: Codable, Sendable {
    let x: Int
    let y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}
