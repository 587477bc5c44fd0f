import Glibc
import Synchronization

/// An open file descriptor, closed by `close` or with its last holder.
///
/// The holder that calls `close` must know that no other is in a system call with `number`.
final class Descriptor: Sendable {
    private let storage: Atomic<Int32>

    /// Takes over `number`, which nobody else may close.
    init(adopting number: Int32) {
        storage = Atomic(number)
    }

    deinit { close() }

    /// -1 once closed, which every system call refuses.
    var number: Int32 { storage.load(ordering: .relaxed) }

    /// Closes now, where it is known on which thread. A second call does nothing.
    func close() {
        let number = storage.exchange(-1, ordering: .relaxed)
        if number >= 0 { _ = Glibc.close(number) }
    }
}
