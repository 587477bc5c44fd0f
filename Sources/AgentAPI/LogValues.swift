// Wire values of /logs/*.

/// One line of a log. Written straight into bytes, because of how many there may be.
package struct LogEvent: Sendable {
    let timestamp: Timestamp
    let message: String

    package init(timestamp: Timestamp, message: String) {
        self.timestamp = timestamp
        self.message = message
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("timestamp", timestamp)
            json.field("message", message)
        }
    }
}
