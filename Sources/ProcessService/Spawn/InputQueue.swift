import AgentCore
import Glibc

/// A descriptor to write to and the writes that wait for it, first come, first served. Holds no lock of its own.
struct InputQueue {
    struct Pending {
        let id: UInt64
        let bytes: [UInt8]
        var written = 0
        var timer: DescriptorLoop.Timer?
        let continuation: CheckedContinuation<Result<Int, AgentError>, Never>

        var isWritten: Bool { written == bytes.count }
    }

    static let closedError = AgentError.conflict("the input of this process is closed: nothing more can be written")
    static let fullError = AgentError(
        .resourceExhausted, "too much input is waiting for this process to read it; try again later")

    private(set) var pending: [Pending] = []
    /// Closed as soon as nothing waits.
    var isEnding = false
    private var descriptor: DescriptorBox?
    private var watch: DescriptorLoop.Watch?
    private var lastID: UInt64 = 0

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = DescriptorBox(descriptor)
    }

    /// Whether more writes are taken.
    var isOpen: Bool { descriptor != nil && !isEnding }

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Writes what fits now. `nil` when there is nobody to read it any more.
    private func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let number = descriptor?.owned.rawValue else { return nil }
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { break }
                return nil
            }
            rest = rest.dropFirst(count)
        }
        return bytes.count - rest.count
    }

    /// Writes what fits now, unless others are waiting already.
    ///
    /// - Parameter limit: of what may wait, in bytes.
    func begin(_ new: inout Pending, limit: Int) throws(AgentError) {
        guard isOpen else { throw Self.closedError }
        guard pending.isEmpty else {
            let waiting = pending.reduce(new.bytes.count) { $0 + $1.bytes.count - $1.written }
            guard waiting <= limit else { throw Self.fullError }
            return
        }
        guard let written = write(new.bytes[...]) else { throw Self.closedError }
        new.written = written
    }

    /// Puts a write at the end, and has `onWritable` called on the loop's thread until nothing waits any more.
    mutating func append(
        _ new: Pending, watchedBy loop: DescriptorLoop, onWritable: @escaping @Sendable () -> Void
    ) throws(AgentError) {
        if watch == nil, let descriptor {
            watch = try loop.watch(descriptor.owned, for: .writable) { _ in onWritable() }
        }
        pending.append(new)
    }

    /// Writes as far as possible. Returns the writes that are settled, and whether the reader is gone.
    mutating func flush(on loop: DescriptorLoop) -> (settled: [Pending], isBroken: Bool) {
        var settled: [Pending] = []
        while let first = pending.first {
            guard let count = write(first.bytes[first.written...]) else {
                close(on: loop)
                return (settled + takeAll(), true)
            }
            pending[0].written += count
            guard pending[0].isWritten else { break }
            settled.append(pending.removeFirst())
        }
        stopIfIdle(on: loop)
        return (settled, false)
    }

    mutating func remove(_ id: UInt64, on loop: DescriptorLoop) -> Pending? {
        guard let index = pending.firstIndex(where: { $0.id == id }) else { return nil }
        defer { stopIfIdle(on: loop) }
        return pending.remove(at: index)
    }

    mutating func takeAll() -> [Pending] {
        defer { pending = [] }
        return pending
    }

    mutating func close(on loop: DescriptorLoop) {
        unwatch(on: loop)
        descriptor = nil
    }

    private mutating func stopIfIdle(on loop: DescriptorLoop) {
        guard pending.isEmpty else { return }
        if isEnding { close(on: loop) } else { unwatch(on: loop) }
    }

    private mutating func unwatch(on loop: DescriptorLoop) {
        watch.map { loop.unwatch($0) }
        watch = nil
    }
}
