import AgentCore
import FoundationEssentials
import Glibc

/// Where the tokens are that open the agent.
struct AccessTokenSource: Sendable {
    /// The one that came in the environment.
    let own: AccessToken?
    /// Path of a file with one a line.
    let file: String?

    /// Those of the file first, the one of the environment behind them; none at all if neither is there.
    ///
    /// Throws `invalidArgument` for a file that cannot be read, has no tokens, or something else in it.
    func load() throws -> [AccessToken] {
        try (file.map(Self.tokens) ?? []) + (own.map { [$0] } ?? [])
    }

    /// What is wrong with the file, besides its content.
    var warning: String? {
        var status = stat()
        guard let file, stat(file, &status) == 0, status.st_mode & (S_IRGRP | S_IROTH) != 0 else { return nil }
        return "other users can read the tokens in \(file): chmod 600 it"
    }

    private static func tokens(inFile path: String) throws -> [AccessToken] {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw AgentError.invalidArgument("ACCESS_TOKEN_FILE: \(path) cannot be read")
        }
        do {
            return try AccessToken.all(inFile: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw AgentError.invalidArgument("ACCESS_TOKEN_FILE: \(path): \(error.message)")
        }
    }
}
