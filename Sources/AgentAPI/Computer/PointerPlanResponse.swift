/// The answer to a dry run of an action of the mouse.
package struct PointerPlanResponse: Codable, Sendable {
    package struct Step: Codable, Sendable {
        let at: Double
        /// move, press, release or wheel.
        let event: String
        let x: Int?
        let y: Int?
        let button: String?
        let direction: String?

        /// - Parameter at: milliseconds from the beginning.
        package init(
            at: Double, event: String, x: Int? = nil, y: Int? = nil, button: String? = nil, direction: String? = nil
        ) {
            self.at = at
            self.event = event
            self.x = x
            self.y = y
            self.button = button
            self.direction = direction
        }

        enum CodingKeys: String, CodingKey {
            case event, x, y, button, direction
            case at = "at_ms"
        }
    }

    /// Left out for actions that are not smooth.
    let seed: Int?
    /// Milliseconds.
    let duration: Double
    let steps: [Step]

    package init(seed: Int?, duration: Double, steps: [Step]) {
        self.seed = seed
        self.duration = duration
        self.steps = steps
    }

    enum CodingKeys: String, CodingKey {
        case seed, steps
        case duration = "duration_ms"
    }
}
