import ProcessService

/// How a call of a `NodeRuntime` ended, with what it wrote meanwhile.
struct CallResult: Sendable {
    enum End: Sendable {
        /// With the result in JSON; empty when there is none.
        case answered(AnswerMessage, result: [UInt8])
        /// Node.js ended before it had answered.
        case exited(ExitStatus)
        /// The agent has killed Node.js.
        case stopped
    }

    let end: End
    let stdout: String
    let stderr: String
}
