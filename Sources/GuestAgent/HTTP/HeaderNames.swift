import HTTPTypes

// Literals: each is a valid field name, or the first test run would trap.
// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    /// Correlates an answer with the agent's log.
    static let requestID = HTTPField.Name("X-Request-Id")!
    /// What an event stream's `data:` lines hold; clients of the contract look for it.
    static let sseContentType = HTTPField.Name("X-SSE-Content-Type")!
    /// Sent by a client that comes back to an event stream (WHATWG HTML §9.2.4).
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let recordingStartedAt = HTTPField.Name("X-Recording-Started-At")!
    static let recordingFinishedAt = HTTPField.Name("X-Recording-Finished-At")!
    /// Paging of listings: whether entries follow, and where they begin.
    static let hasMore = HTTPField.Name("X-Has-More")!
    static let nextOffset = HTTPField.Name("X-Next-Offset")!
    /// The seed that repeats a human-like action.
    static let seed = HTTPField.Name("X-Seed")!
    /// Whether the screen had come to rest when a picture was taken of it.
    static let screenStable = HTTPField.Name("X-Screen-Stable")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!
    /// Keeps pages of other origins from embedding what they could not read (Fetch, §3.7).
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    /// What Chromium asks and is told besides where a page comes from a wider network than the agent's
    /// (Private Network Access).
    static let accessControlRequestPrivateNetwork = HTTPField.Name("Access-Control-Request-Private-Network")!
    static let accessControlAllowPrivateNetwork = HTTPField.Name("Access-Control-Allow-Private-Network")!
}
