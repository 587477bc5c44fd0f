/// The body of /computer/click_mouse. Coordinates are screen pixels, origin top left.
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
