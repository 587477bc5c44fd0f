import AgentCore
import Synchronization

/// The threads that start commands, and wait for those of `exec`.
///
/// Whoever starts a command has a thread to itself while there are enough: a program on a disk that does not answer
/// then holds up nobody else, and `exec` needs no other thread to wait for its child.
final class CommandThreads: Sendable {
    private struct Member {
        let loop: DescriptorLoop
        var users: Int
    }

    /// Beyond so many, threads are shared.
    private static let limit = 32
    /// How many wait for commands when there are none.
    private static let idleCount = 2

    /// Used from the end, where the threads are that ran last.
    private let members: Mutex<[Member]>

    /// - Throws: `AgentError` when the process is out of descriptors.
    init() throws(AgentError) {
        members = Mutex(try (0..<Self.idleCount).map { _ throws(AgentError) in try Self.member(users: 0) })
    }

    /// Runs `body` with a thread that is its own, or shared with few.
    ///
    /// - Throws: `AgentError` when the process is out of descriptors, and what `body` throws.
    func withThread<Result>(_ body: (DescriptorLoop) async throws -> Result) async throws -> Result {
        let loop = try take()
        defer { giveBack(loop) }
        return try await body(loop)
    }

    private func take() throws(AgentError) -> DescriptorLoop {
        try members.withLock { members throws(AgentError) in
            if let index = members.lastIndex(where: { $0.users == 0 }) ?? Self.leastUsed(of: members) {
                members[index].users += 1
                return members[index].loop
            }
            let member = try Self.member(users: 1)
            members.append(member)
            return member.loop
        }
    }

    private static func member(users: Int) throws(AgentError) -> Member {
        Member(loop: try DescriptorLoop(name: "command"), users: users)
    }

    /// `nil` as long as there may be more.
    private static func leastUsed(of members: [Member]) -> Int? {
        guard members.count >= limit else { return nil }
        return members.indices.min { members[$0].users < members[$1].users }
    }

    private func giveBack(_ loop: DescriptorLoop) {
        members.withLock { members in
            guard let index = members.firstIndex(where: { $0.loop === loop }) else { return }
            members[index].users -= 1
            guard members[index].users == 0 else { return }
            // A thread that goes ends once nobody waits on it any more.
            if members.count(where: { $0.users == 0 }) > Self.idleCount { members.remove(at: index) }
        }
    }
}
