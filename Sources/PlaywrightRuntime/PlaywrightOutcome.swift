package import AgentCore

/// What a call has come to.
package struct PlaywrightOutcome: Sendable {
    /// The tab that `page` was bound to.
    package struct Tab: Sendable, Equatable {
        /// DevTools' name of it.
        package let targetID: String
        /// Whether the call has opened it.
        package let created: Bool
    }

    package let success: Bool
    /// What the code has returned, in JSON; `nil` for nothing.
    package var result: [UInt8]?
    /// Why it has failed.
    package var error: String?
    package var stdout: String
    /// With the stack trace behind it when the code has thrown.
    package var stderr: String
    package var tab: Tab?
}

/// An executor as clients see it.
package struct ExecutorRecord: Sendable {
    package let name: ExecutorName
    /// Whether a call is running on it.
    package let isBusy: Bool
    package let createdAt: UnixTime
    /// When the latest call on it started; `createdAt` before the first.
    package let lastUsedAt: UnixTime
    /// DevTools' name of the tab that it owns.
    package let targetID: String?
    /// Where that tab is; `nil` when it is closed.
    package let url: String?
}

/// What clients call an executor.
package struct ExecutorName: Sendable, Hashable, CustomStringConvertible {
    /// The executor of calls that name none.
    package static let `default` = ExecutorName(unchecked: "default")

    package let description: String

    /// - Throws: `invalidArgument` unless it is 1 to 64 letters, digits, dashes or underscores, all ASCII.
    package init(_ text: String) throws(AgentError) {
        let isValid = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isValid, (1...64).contains(text.utf8.count) else {
            throw .invalidArgument("executor must be 1 to 64 letters, digits, dashes or underscores")
        }
        self.init(unchecked: text)
    }

    private init(unchecked text: String) {
        description = text
    }
}
