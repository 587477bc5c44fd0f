import CX11

/// Windows of readings that have ended before the owner of the clipboard answered.
///
/// Many a program ends when the window is gone that it answers to at last. So they stay until it has, or is gone itself.
final class UnansweredWindows {
    /// More wait only for a program that has hung for long.
    private static let capacity = 16

    private let client: SelectionClient
    /// Oldest first.
    private var entries: [(window: Window, owner: Window)] = []

    init(client: SelectionClient) { self.client = client }

    /// Takes over a window, and the watch over its owner.
    func add(_ window: Window, owner: Window) {
        entries.append((window, owner))
        if entries.count > Self.capacity, let oldest = entries.first { dispose(oldest.window) }
    }

    func dispose(_ window: Window) {
        dispose { $0.window == window }
    }

    /// The owner will not answer any more.
    func forget(owner: Window) {
        dispose { $0.owner == owner }
    }

    private func dispose(where isOver: ((window: Window, owner: Window)) -> Bool) {
        for entry in entries where isOver(entry) {
            client.stopWatching(entry.owner)
            client.destroy(entry.window)
        }
        entries.removeAll(where: isOver)
    }
}
