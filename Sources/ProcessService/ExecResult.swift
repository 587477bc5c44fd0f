/// What a command left behind.
package struct ExecResult: Sendable, Equatable {
    package let status: ExitStatus
    package let stdout: [UInt8]
    package let stderr: [UInt8]
    /// From the call to the answer.
    package let duration: Duration
}
