import AgentCore
import Glibc
import Synchronization

/// One inotify instance for everything that is followed (`man 7 inotify`). May be used from any thread.
final class FileChanges: Sendable {
    /// What is asked about an inode. One set of flags for each kind: asking for an inode again replaces its flags.
    enum Subject {
        /// Its content was written or cut off.
        case file
        /// A name came to point to something, or the directory itself went away.
        case directory

        fileprivate var mask: UInt32 {
            switch self {
            case .file: UInt32(IN_MODIFY)
            case .directory: UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
            }
        }
    }

    /// Called on the loop's thread with the name that changed in a directory; `nil` when it is the watched thing itself
    /// that changed, or when events were lost and anything may have.
    typealias Handler = @Sendable (_ name: String?) -> Void

    private struct State {
        var handlers: [Int32: [UInt64: Handler]] = [:]
        var lastID: UInt64 = 0
    }

    private static let bufferSize = 64 * 1024

    private let inotify: OwnedDescriptor
    private let loop: DescriptorLoop
    private let state = Mutex(State())
    private let watch = Mutex<DescriptorLoop.Watch?>(nil)

    /// - Throws: `unavailable` when the user has used up its inotify instances.
    init(loop: DescriptorLoop) throws(AgentError) {
        let number = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard number >= 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot follow files", cause: "inotify: errno \(errno)")
        }
        inotify = OwnedDescriptor(owning: number)
        self.loop = loop
        let watch = try loop.watch(inotify) { [weak self] _ in self?.deliver() }
        self.watch.withLock { $0 = watch }
    }

    deinit {
        watch.withLock { $0 }.map { loop.unwatch($0) }
    }

    /// Reports changes of `path`'s inode as long as the returned value lives.
    ///
    /// - Throws: `notFound` when there is no such file, `unavailable` when the kernel gives no more watches.
    func observe(_ path: String, as subject: Subject, handler: @escaping Handler) throws(AgentError) -> FileObservation
    {
        let (number, id, error) = state.withLock { state in
            let number = inotify_add_watch(inotify.rawValue, path, subject.mask)
            guard number >= 0 else { return (number, UInt64(0), errno) }
            state.lastID += 1
            state.handlers[number, default: [:]][state.lastID] = handler
            return (number, state.lastID, Int32(0))
        }
        guard number >= 0 else {
            if error == ENOSPC { throw .unavailable("the system has no inotify watches left", cause: path) }
            throw AgentError.system(errno: error, operation: "follow", path: path)
        }
        return FileObservation(number: number, id: id, changes: self)
    }

    fileprivate func forget(number: Int32, id: UInt64) {
        let removed = state.withLock { state in
            let handler = state.handlers[number]?.removeValue(forKey: id)
            if state.handlers[number]?.isEmpty == true {
                state.handlers[number] = nil
                inotify_rm_watch(inotify.rawValue, number)
            }
            return handler
        }
        // Released here, outside the lock.
        _ = removed
    }

    private func deliver() {
        withUnsafeTemporaryAllocation(byteCount: Self.bufferSize, alignment: 8) { buffer in
            let count = read(inotify.rawValue, buffer.baseAddress, buffer.count)
            var rest = UnsafeRawBufferPointer(rebasing: buffer.prefix(max(count, 0)))
            let headerSize = MemoryLayout<inotify_event>.size
            while rest.count >= headerSize {
                let event = rest.loadUnaligned(as: inotify_event.self)
                let name = rest.dropFirst(headerSize).prefix(Int(event.len)).prefix { $0 != 0 }
                dispatch(event, name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(headerSize + Int(event.len)))
            }
        }
    }

    private func dispatch(_ event: inotify_event, name: String?) {
        for handler in handlers(for: event) { handler(name) }
    }

    private func handlers(for event: inotify_event) -> [Handler] {
        state.withLock { state in
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return state.handlers.values.flatMap(\.values) }
            let handlers = state.handlers[event.wd].map { Array($0.values) } ?? []
            // The kernel has dropped the watch itself, because the inode is gone.
            if event.mask & UInt32(IN_IGNORED) != 0 { state.handlers[event.wd] = nil }
            return handlers
        }
    }
}

/// Keeps an observation alive; ends it when released.
final class FileObservation: Sendable {
    private let number: Int32
    private let id: UInt64
    private let changes: FileChanges

    fileprivate init(number: Int32, id: UInt64, changes: FileChanges) {
        self.number = number
        self.id = id
        self.changes = changes
    }

    deinit { changes.forget(number: number, id: id) }
}
