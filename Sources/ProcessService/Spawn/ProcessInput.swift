import AgentCore
import Glibc
import Synchronization

/// The way into a process: its standard input, or its terminal.
///
/// Writes take turns and wait for nothing but the process's reading; what may wait is bounded. Used from any thread:
/// what fits at once is written at once, the rest by the descriptor loop.
final class ProcessInput: Sendable {
    /// What may wait, in bytes.
    private static let queueLimit = 32 * 1024 * 1024

    private let loop: DescriptorLoop
    private let state: Mutex<InputQueue>

    /// - Parameter descriptor: must not block, nor be watched by anybody else.
    init(_ descriptor: consuming OwnedDescriptor, loop: DescriptorLoop) {
        self.loop = loop
        state = Mutex(InputQueue(descriptor))
    }

    /// Writes until all is written, or `limit` has passed, or the task is cancelled.
    ///
    /// - Returns: how many bytes were written.
    /// - Throws: `conflict` when the input is closed and nothing could be written, `resourceExhausted` when too much is
    ///   waiting already.
    func write(_ bytes: [UInt8], within limit: Duration?) async throws(AgentError) -> Int {
        let id = state.withLock { $0.nextID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                start(InputQueue.Pending(id: id, bytes: bytes, continuation: $0), within: limit)
            }
        } onCancel: {
            giveUp(id)
        }
        return try result.get()
    }

    /// Takes no more, and closes the input once everything that waits has been written.
    func end() throws(AgentError) {
        let isOpen = state.withLock { queue in
            guard queue.isOpen else { return false }
            queue.isEnding = true
            if queue.pending.isEmpty { queue.close(on: loop) }
            return true
        }
        guard isOpen else { throw InputQueue.closedError }
    }

    /// Closes the input, whoever is waiting.
    func close() {
        let abandoned = state.withLock { queue in
            queue.close(on: loop)
            return queue.takeAll()
        }
        finish(abandoned, with: InputQueue.closedError)
    }

    /// Writes at once what fits and puts the rest in the queue: in one step, or writes would get mixed.
    private func start(_ new: InputQueue.Pending, within limit: Duration?) {
        var pending = new
        do throws(AgentError) {
            let waits = try state.withLock { queue throws(AgentError) in
                try queue.begin(&pending, limit: Self.queueLimit)
                guard !pending.isWritten, !Task.isCancelled else { return false }
                pending.timer = limit.map { limit in
                    loop.schedule(after: limit) { [weak self] in self?.giveUp(new.id) }
                }
                try queue.append(pending, watchedBy: loop) { [weak self] in self?.flush() }
                return true
            }
            if !waits { finish([pending], with: nil) }
        } catch {
            finish([pending], with: error)
        }
    }

    /// Writes what the process takes now. On the loop's thread.
    private func flush() {
        let (done, isBroken) = state.withLock { $0.flush(on: loop) }
        finish(done, with: isBroken ? InputQueue.closedError : nil)
    }

    private func giveUp(_ id: UInt64) {
        let pending = state.withLock { $0.remove(id, on: loop) }
        finish(pending.map { [$0] } ?? [], with: nil)
    }

    /// Answers: an error only where nothing was written before it.
    private func finish(_ answered: [InputQueue.Pending], with error: AgentError?) {
        for pending in answered {
            pending.timer.map { loop.cancel($0) }
            if let error, pending.written == 0 {
                pending.continuation.resume(returning: .failure(error))
            } else {
                pending.continuation.resume(returning: .success(pending.written))
            }
        }
    }
}
