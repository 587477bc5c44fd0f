import AgentCore
import Testing

@testable import PlaywrightRuntime

@Suite("A limit on time")
struct TimeLimitTests {
    @Test("what ends before is returned")
    func inTime() async throws {
        let (result, ranOut) = try await limited(to: .seconds(60)) { 7 }
        #expect(result == 7)
        #expect(!ranOut)
    }

    @Test("what goes on is cancelled, and what it returns then counts")
    func cancelledWithResult() async throws {
        let (result, ranOut) = try await limited(to: .milliseconds(10)) {
            try? await Task.sleep(for: .seconds(60))
            return Task.isCancelled
        }
        #expect(result == true)
        #expect(ranOut)
    }

    @Test("what gives up at the limit has no result")
    func cancelledWithoutResult() async throws {
        let (result, ranOut) = try await limited(to: .milliseconds(10)) {
            try await Task.sleep(for: .seconds(60))
            return true
        }
        #expect(result == nil)
        #expect(ranOut)
    }

    @Test("an error is passed on")
    func failure() async {
        await #expect(throws: AgentError.self) {
            try await limited(to: .seconds(60)) { throw AgentError.internalError("no") }
        }
    }

    @Test("the caller's cancellation is no limit")
    func callerCancelled() async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await limited(to: .seconds(60)) { try await Task.sleep(for: .seconds(60)) }
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            group.cancelAll()
            let threw = await group.next()
            #expect(threw == true)
        }
    }
}
