import AgentCore
import AgentTestSupport
import Glibc
import LogStream
import Synchronization

/// The messages a follower has received so far.
final class Received: Sendable {
    private let lines = Mutex<[String]>([])

    var messages: [String] { lines.withLock { $0 } }

    func append(_ message: String) { lines.withLock { $0.append(message) } }

    /// Waits until as many have come, or ten seconds.
    func wait(for count: Int) async -> [String] {
        _ = await eventually { lines.withLock { $0.count } >= count }
        return messages
    }
}

/// Follows a file while `body` runs, and ends the following by cancelling it.
func following(
    _ path: String, tail: Int? = nil, in stream: LogStream? = nil, body: (Received) async throws -> Void
) async throws {
    let lines = try await (stream ?? LogStream()).lines(of: path, tail: tail)
    let received = Received()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { for try await line in lines { received.append(line.message) } }
        try await body(received)
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// All lines there are now, or the last of them.
func allLines(_ path: String, tail: Int? = nil) async throws -> [String] {
    var messages: [String] = []
    let lines = try await LogStream().lines(of: path, follow: false, tail: tail)
    for try await line in lines { messages.append(line.message) }
    return messages
}

extension ScratchFiles {
    func append(_ text: String, to name: String) throws {
        guard let file = fopen(path(name), "a") else {
            throw AgentError.system(errno: errno, operation: "open", path: path(name))
        }
        defer { fclose(file) }
        fputs(text, file)
    }

    func rename(_ name: String, to newName: String) {
        _ = Glibc.rename(path(name), path(newName))
    }
}
