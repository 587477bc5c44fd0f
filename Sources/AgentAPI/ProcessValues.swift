// Wire values of /process/*.

package struct ExecRequest: Codable, Sendable {
    package let command: String
    package let args: [String]?
    package let cwd: String?
    package let env: [String: String]?
    package let asUser: String?
    package let asRoot: Bool?
    package let timeoutSeconds: Int?

    enum CodingKeys: String, CodingKey {
        case command, args, cwd, env
        case asUser = "as_user"
        case asRoot = "as_root"
        case timeoutSeconds = "timeout_sec"
    }
}

package struct ExecResponse: Codable, Sendable {
    /// −1 when a signal ended the command.
    let exitCode: Int
    let stdout: String
    let stderr: String
    let durationMilliseconds: Int
    /// Without `SIG`; left out when no signal ended the command.
    let signal: String?

    /// - Parameters:
    ///   - stdout: base64.
    ///   - stderr: base64.
    package init(exitCode: Int, stdout: String, stderr: String, durationMilliseconds: Int, signal: String?) {
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.durationMilliseconds = durationMilliseconds
        self.signal = signal
    }

    enum CodingKeys: String, CodingKey {
        case signal
        case exitCode = "exit_code"
        case stdout = "stdout_b64"
        case stderr = "stderr_b64"
        case durationMilliseconds = "duration_ms"
    }
}
