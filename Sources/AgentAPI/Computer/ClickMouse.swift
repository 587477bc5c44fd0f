package typealias ClickMouseRequest = PointerRequest<ClickMouse>

/// The body of /computer/click_mouse.
package struct ClickMouse: Codable, Sendable {
    package let x: Int
    package let y: Int
    package let button: String?
    package let clickType: String?
    package let numClicks: Int?

    enum CodingKeys: String, CodingKey {
        case x, y, button
        case clickType = "click_type"
        case numClicks = "num_clicks"
    }
}
