import NIOHTTP1

/// How a request to the WebDriver port is treated.
enum WebDriverRoute: Sendable, Equatable {
    /// Asks for a new session, which has to be told which browser to attach to.
    case newSession
    /// A BiDi connection without a session, which would ask for one in its messages.
    case unboundWebSocket
    /// A BiDi connection of a session.
    case sessionWebSocket
    /// Everything else is passed on as it is.
    case command

    init(_ head: HTTPRequestHead, _ target: RequestTarget) {
        let isSessionRoot = target.components == ["session"]
        if WebSocketHandshake.isOffered(by: head) {
            self = isSessionRoot ? .unboundWebSocket : .sessionWebSocket
        } else {
            self = isSessionRoot && head.method == .POST ? .newSession : .command
        }
    }
}
