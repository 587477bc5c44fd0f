// Wire values of /tickets and /fs/signed_urls.

package struct TicketRequest: Codable, Sendable {
    /// `api`, `devtools`, `webdriver` or `metrics`; the API when left out.
    package let listener: String?
    package let path: String
    package let seconds: Int?

    enum CodingKeys: String, CodingKey {
        case listener, path
        case seconds = "ttl_seconds"
    }
}

package struct TicketResponse: Codable, Sendable {
    let ticket: String
    let expiresAt: Timestamp

    package init(ticket: String, expiresAt: Timestamp) {
        self.ticket = ticket
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case ticket
        case expiresAt = "expires_at"
    }
}

package struct SignedURLRequest: Codable, Sendable {
    package let path: String
    /// `read` or `write`.
    package let operation: String
    package let seconds: Int?
    /// Of a file to be written, in octal.
    package let mode: String?

    enum CodingKeys: String, CodingKey {
        case path, operation, mode
        case seconds = "expires_in_seconds"
    }
}

package struct SignedURLResponse: Codable, Sendable {
    let url: String
    let method: String
    let expiresAt: Timestamp

    package init(url: String, method: String, expiresAt: Timestamp) {
        self.url = url
        self.method = method
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case url, method
        case expiresAt = "expires_at"
    }
}
