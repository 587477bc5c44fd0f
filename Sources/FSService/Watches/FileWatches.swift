package import AgentCore
package import NIOPosix
import Synchronization

/// The watches of clients: what changes below a path, told in order to any number of readers.
///
/// A watch lives until it is deleted, whether anybody reads it or not. It keeps the latest events up to a limit, so the
/// first reader gets what happened since the watch was started; later readers get from the beginning of what is kept.
/// When what it watches is gone, it has nothing more to tell, readers come to an end, and its place may be taken by
/// another watch.
///
/// Links below the path are not followed. Recursive watches do not enter `/proc` and the like.
package final class FileWatches: Sendable {
    package struct Limits: Sendable {
        /// How many watches there may be at once.
        package var watches = 64
        /// How many events each watch keeps.
        package var events = 131_072

        package init() {}
    }

    private enum Place {
        /// Being started.
        case reserved
        case taken(FileWatch)
    }

    private struct State {
        var places: [WatchID: Place] = [:]
        /// Oldest first.
        var order: [WatchID] = []
    }

    /// What each watch keeps in memory at most, in bytes: room for 131,072 events with names of usual length.
    private static let memoryLimit = 32 << 20

    private let limits: Limits
    private let loop: DescriptorLoop
    private let blocking: BlockingPool
    private let state = Mutex(State())

    /// - Parameter blockingPool: where events are looked into. They are read on a thread of their own.
    /// - Throws: `AgentError` when the process is out of descriptors.
    package init(limits: Limits = Limits(), blockingPool: NIOThreadPool = .singleton) throws(AgentError) {
        self.limits = limits
        loop = try DescriptorLoop(name: "file-watches")
        blocking = BlockingPool(threads: blockingPool)
    }

    /// Starts to watch a directory, with everything below it if `isRecursive`, or a file: then the name is watched,
    /// whatever file it leads to, also before it is there again.
    ///
    /// What happens after this has returned is told. Links in `path` itself are followed.
    ///
    /// - Throws: `notFound`, `permissionDenied`; `resourceExhausted` when there are too many watches, or the kernel
    ///   gives no more.
    package func start(_ path: FilePath, isRecursive: Bool) async throws -> WatchID {
        let id = try reserve()
        do {
            let memory = Self.memoryLimit
            let watch = try await blocking.run { [limits, loop, blocking] () throws(AgentError) in
                try FileWatch(
                    path, isRecursive: isRecursive, limits: .init(events: limits.events, memory: memory), loop: loop,
                    blocking: blocking)
            }
            state.withLock { $0.places[id] = .taken(watch) }
            return id
        } catch {
            free(id)
            throw error
        }
    }

    /// What happens, and what has happened as far as it is kept.
    ///
    /// - Parameter position: the number of the event that was seen last, to go on behind it; 0 for all that is kept.
    /// - Throws: `notFound`.
    package func events(of id: WatchID, after position: UInt64 = 0) throws(AgentError) -> FileEvents {
        FileEvents(journal: try watch(id).journal, position: position)
    }

    /// Ends a watch and all its readers.
    ///
    /// - Throws: `notFound`.
    package func end(_ id: WatchID) async throws {
        let watch = try watch(id)
        free(id)
        await blocking.runAlways { watch.end() }
    }

    private func watch(_ id: WatchID) throws(AgentError) -> FileWatch {
        guard case .taken(let watch) = state.withLock({ $0.places[id] }) else {
            throw .notFound("there is no watch \(id): it was never started, or has been deleted")
        }
        return watch
    }

    private func reserve() throws(AgentError) -> WatchID {
        let id = WatchID.make()
        let isReserved = state.withLock { state in
            if state.places.count >= limits.watches { Self.freeEnded(&state) }
            guard state.places.count < limits.watches else { return false }
            state.places[id] = .reserved
            state.order.append(id)
            return true
        }
        guard isReserved else {
            throw AgentError(
                .resourceExhausted, "\(limits.watches) watches are running, which is the limit; delete one first")
        }
        return id
    }

    /// Forgets the oldest watch that has nothing more to tell.
    private static func freeEnded(_ state: inout State) {
        let ended = state.order.first { id in
            guard case .taken(let watch)? = state.places[id] else { return false }
            return watch.journal.isComplete
        }
        if let ended { free(ended, in: &state) }
    }

    private func free(_ id: WatchID) {
        state.withLock { Self.free(id, in: &$0) }
    }

    private static func free(_ id: WatchID, in state: inout State) {
        state.places[id] = nil
        state.order.removeAll { $0 == id }
    }
}
