/// The body of /computer/screenshot, and the field `screenshot` of actions. Coordinates are screen pixels, origin top
/// left.
package struct ScreenshotRequest: Codable, Sendable {
    package struct Region: Codable, Sendable {
        package let x: Int
        package let y: Int
        package let width: Int
        package let height: Int
    }

    package let region: Region?
    package let format: String?
    /// 1…100; only looked at for JPEG.
    package let quality: Int?
    /// More than 0, at most 1.
    package let scale: Double?
    /// Whether the pointer is drawn in.
    package let cursor: Bool?
    /// Milliseconds, 0…10000.
    package let waitForStableMilliseconds: Int?
    /// Milliseconds, 0…30000.
    package let timeoutMilliseconds: Int?

    enum CodingKeys: String, CodingKey {
        case region, format, quality, scale, cursor
        case waitForStableMilliseconds = "wait_for_stable_ms"
        case timeoutMilliseconds = "timeout_ms"
    }

    /// The whole screen, as it is now.
    package init() {
        (region, format, quality, scale, cursor) = (nil, nil, nil, nil, nil)
        (waitForStableMilliseconds, timeoutMilliseconds) = (nil, nil)
    }
}
