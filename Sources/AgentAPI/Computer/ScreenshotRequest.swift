/// The body of /computer/screenshot. Coordinates are screen pixels, origin top left.
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
