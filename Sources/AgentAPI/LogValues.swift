// Wire values of /logs/*.

package struct LogEvent: Codable, Sendable {
    let timestamp: Timestamp
    let message: String

    package init(timestamp: Timestamp, message: String) {
        self.timestamp = timestamp
        self.message = message
    }
}
