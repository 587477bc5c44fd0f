// Wire values of /lifecycle/….

package struct ResumedRequest: Codable, Sendable {
    package let time: Timestamp?
    package let entropy: String?

    package init(time: Timestamp? = nil, entropy: String? = nil) {
        (self.time, self.entropy) = (time, entropy)
    }
}

package struct ResumedResponse: Codable, Sendable {
    /// Seconds.
    let clockStep: Double?

    package init(clockStep: Double?) {
        self.clockStep = clockStep
    }

    enum CodingKeys: String, CodingKey {
        case clockStep = "clock_step_sec"
    }
}
