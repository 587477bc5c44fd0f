import AgentCore
import Testing

@Suite struct TurnQueueTests {
    @Test func `one at a time, in the order they came`() async throws {
        let turns = TurnQueue(width: 1)
        let log = Log()
        try await withThrowingTaskGroup { group in
            let (started, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let (gate, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask {
                try await turns.withTurn {
                    start.finish()
                    for await _ in gate {}
                    await log.append("first")
                }
            }
            for await _ in started {}
            for name in ["second", "third"] {
                group.addTask { try await turns.withTurn { await log.append(name) } }
                while turns.waitingCount < (name == "second" ? 1 : 2) { await Task.yield() }
            }
            open.finish()
            try await group.waitForAll()
        }
        #expect(await log.entries == ["first", "second", "third"])
    }

    @Test func `a cancelled waiter leaves the queue at once, and the turn goes on`() async throws {
        let turns = TurnQueue(width: 1)
        try await turns.withTurn {
            await withThrowingTaskGroup { group in
                group.addTask { try await turns.withTurn {} }
                while turns.waitingCount < 1 { await Task.yield() }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            #expect(turns.waitingCount == 0)
        }
        try await turns.withTurn {}
    }

    @Test func `as many as the width at once`() async throws {
        let turns = TurnQueue(width: 2)
        try await turns.withTurn {
            try await turns.withTurn {
                #expect(turns.waitingCount == 0)
            }
        }
    }

    @Test func `a turn that throws is passed on`() async throws {
        let turns = TurnQueue(width: 1)
        await #expect(throws: AgentError.self) { try await turns.withTurn { throw AgentError.notFound("x") } }
        try await turns.withTurn {}
    }
}

private actor Log {
    private(set) var entries: [String] = []

    func append(_ entry: String) { entries.append(entry) }
}
