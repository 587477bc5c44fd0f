/// The answer to a dry run of typing.
package struct KeyPlanResponse: Codable, Sendable {
    package struct Step: Codable, Sendable {
        let at: Double
        /// The character, or the name of the key that has none: Return, Tab, BackSpace, Escape, Delete.
        let key: String
        /// press or release.
        let event: String

        /// - Parameter at: milliseconds from the beginning.
        package init(at: Double, key: String, isPress: Bool) {
            self.at = at
            self.key = key
            event = isPress ? "press" : "release"
        }

        enum CodingKeys: String, CodingKey {
            case key, event
            case at = "at_ms"
        }
    }

    /// Left out for typing that is not smooth.
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
