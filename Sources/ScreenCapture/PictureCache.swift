import AgentCore
import Synchronization

/// Pictures that were made a while ago and may be asked for again, and those being made at this moment.
final class PictureCache: Sendable {
    struct Key: Hashable {
        let options: PictureOptions
        let serial: UInt64
    }

    private struct Entry {
        let serial: UInt64
        let bytes: [UInt8]
        var lastUse: ContinuousClock.Instant
    }

    private struct State {
        /// The latest of each kind.
        var pictures: [PictureOptions: Entry] = [:]
        var making: [Key: CompletionLatch] = [:]

        mutating func recall(_ key: Key) -> [UInt8]? {
            guard let entry = pictures[key.options], entry.serial == key.serial else { return nil }
            pictures[key.options]?.lastUse = .now
            return entry.bytes
        }

        /// Lets go of what has not been asked for longest.
        mutating func shrink(to capacity: Int) {
            while pictures.values.reduce(0, { $0 + $1.bytes.count }) > capacity,
                let oldest = pictures.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                pictures[oldest] = nil
            }
        }
    }

    private enum Claim {
        case known([UInt8])
        case othersMake(CompletionLatch)
        case mine(CompletionLatch)
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: bytes of all pictures kept.
    init(capacity: Int) { self.capacity = capacity }

    func recall(_ key: Key) -> [UInt8]? {
        state.withLock { $0.recall(key) }
    }

    /// The picture from memory, from a caller who is making it already, or else from `make`.
    ///
    /// Throws what `make` throws, to the caller whose it is: the others try themselves. Cancellation ends waiting.
    func picture(_ key: Key, make: () async throws -> [UInt8]) async throws -> [UInt8] {
        while true {
            try Task.checkCancellation()
            switch claim(key) {
            case .known(let bytes): return bytes
            case .othersMake(let latch): await latch.wait()
            case .mine(let latch):
                defer { latch.open() }
                do {
                    let bytes = try await make()
                    settle(key, bytes)
                    return bytes
                } catch {
                    settle(key, nil)
                    throw error
                }
            }
        }
    }

    /// Forgets what nobody has asked for since `moment`. Returns whether there was anything.
    func forget(unusedSince moment: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            let count = state.pictures.count
            state.pictures = state.pictures.filter { $0.value.lastUse >= moment }
            return state.pictures.count < count
        }
    }

    private func claim(_ key: Key) -> Claim {
        state.withLock { state in
            if let bytes = state.recall(key) { return .known(bytes) }
            if let latch = state.making[key] { return .othersMake(latch) }
            let latch = CompletionLatch()
            state.making[key] = latch
            return .mine(latch)
        }
    }

    private func settle(_ key: Key, _ bytes: [UInt8]?) {
        state.withLock { state in
            state.making[key] = nil
            guard let bytes, bytes.count <= capacity else { return }
            if let known = state.pictures[key.options], known.serial > key.serial { return }
            state.pictures[key.options] = Entry(serial: key.serial, bytes: bytes, lastUse: .now)
            state.shrink(to: capacity)
        }
    }
}
