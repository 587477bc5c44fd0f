import Crypto
import Synchronization

/// Permissions for one request each, handed to browsers: a page cannot put a header on a WebSocket or a link.
///
/// A ticket is worth one GET, which includes the opening of a WebSocket, below one path of one listener, for a short
/// time. Kept in memory only, by its hash.
package final class Tickets: Sendable {
    /// What a ticket is good for.
    package struct Scope: Sendable, Equatable {
        package let listener: AccessRequest.Listener
        /// A path, which stands for itself and what is below it; without a slash at its end.
        package let path: String

        /// - Throws: `invalidArgument` unless the path starts with a slash and has nothing to decode or resolve.
        package init(listener: AccessRequest.Listener, path: String) throws(AgentError) {
            guard path.hasPrefix("/"), Self.isPlain(path), !path.contains("?") else {
                throw .invalidArgument("path must start with / and be free of %, ?, // and dot segments")
            }
            self.listener = listener
            self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
        }

        func covers(_ request: AccessRequest) -> Bool {
            guard request.listener == listener, request.method == "GET" else { return false }
            return request.path == path || request.path.hasPrefix("\(path)/") && Self.isPlain(request.path)
        }

        /// Whether the path means what it says, however it is taken apart.
        private static func isPlain(_ path: String) -> Bool {
            !path.contains("%") && !path.contains("//")
                && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
        }
    }

    private struct Ticket {
        let scope: Scope
        let end: ContinuousClock.Instant
    }

    /// Of the query, where a ticket stands.
    package static let parameter = "ticket"
    /// How long a ticket may last.
    package static let longestLife = Duration.seconds(600)
    /// How many may be unused at a time.
    package static let limit = 1024

    private let unused = Mutex<[SHA256Digest: Ticket]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: the clock, which goes on while the machine sleeps.
    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// Makes a ticket, of 64 letters and digits.
    ///
    /// - Parameter life: how long it can be used, `longestLife` at most.
    /// - Throws: `resourceExhausted` when there are too many.
    package func issue(for scope: Scope, lasting life: Duration) throws(AgentError) -> String {
        let text = (0..<4).map { _ in UInt64.random(in: 0...UInt64.max).hexadecimal }.joined()
        let digest = SHA256.hash(data: Array(text.utf8))
        let moment = now()
        let isIssued = unused.withLock { tickets in
            if tickets.count >= Self.limit { tickets = tickets.filter { $0.value.end > moment } }
            guard tickets.count < Self.limit else { return false }
            tickets[digest] = Ticket(scope: scope, end: moment + min(life, Self.longestLife))
            return true
        }
        guard isIssued else {
            throw AgentError(
                .resourceExhausted, "\(Self.limit) tickets wait to be used, which is the limit; try again later")
        }
        return text
    }

    func cancelAll() {
        unused.withLock { $0 = [:] }
    }

    /// Whether the ticket is good for the request; it is used up then.
    func redeem(_ text: String, for request: AccessRequest) -> Bool {
        let digest = SHA256.hash(data: Array(text.utf8))
        let moment = now()
        return unused.withLock { tickets in
            guard let ticket = tickets[digest] else { return false }
            guard ticket.end > moment else {
                tickets[digest] = nil
                return false
            }
            guard ticket.scope.covers(request) else { return false }
            tickets[digest] = nil
            return true
        }
    }
}

extension UInt64 {
    /// 16 digits.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
