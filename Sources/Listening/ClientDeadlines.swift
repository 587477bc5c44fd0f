/// How long a listener waits for its clients.
///
/// Time counts only while there is nothing to wait for but the client: not while a request is being worked on, and not
/// while its body is left unread because the agent has not worked off what came before.
package struct ClientDeadlines: Sendable {
    /// For the whole head of the first request, from the start of the connection.
    package var head = Duration.seconds(10)
    /// For the whole head of a further request, from the end of the last answer. Longer than clients keep unused
    /// connections, so that it is they who close them: a request that meets a connection being closed is lost.
    package var keepAlive = Duration.seconds(120)
    /// For the next bytes of a request's body.
    package var body = Duration.seconds(60)
    /// For taking any of the bytes of an answer, and for any sign of life of a client that has nothing to say.
    package var unread = Duration.seconds(300)

    package init() {}
}
