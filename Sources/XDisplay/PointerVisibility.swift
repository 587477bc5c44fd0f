import Synchronization

/// Whether clients want to see the pointer: told by who hides it, looked at by who draws it into pictures. The X server
/// itself hands out the image of a hidden pointer as if it were shown.
package final class PointerVisibility: Sendable {
    private let hidden = Atomic(false)

    package init() {}

    package var isHidden: Bool {
        get { hidden.load(ordering: .relaxed) }
        set { hidden.store(newValue, ordering: .relaxed) }
    }
}
