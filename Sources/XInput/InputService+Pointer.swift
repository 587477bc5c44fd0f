import AgentCore
import CX11
import XDisplay

extension InputService {
    func setPointer(hidden: Bool) throws {
        try connection.withSession { try $0.setPointer(hidden: hidden) }
        pointerVisibility.isHidden = hidden
    }
}

extension InputSession {
    /// Hides the pointer for as long as this connection lasts, or shows it again; the shape it has meanwhile does not
    /// matter (XFIXES protocol, HideCursor).
    ///
    /// Throws `unavailable` when the server lacks XFIXES 4.
    func setPointer(hidden: Bool) throws {
        guard hidden != isPointerHidden else { return }
        var (event, error, major, minor): (Int32, Int32, Int32, Int32) = (0, 0, 4, 0)
        guard XFixesQueryExtension(display, &event, &error) != 0, XFixesQueryVersion(display, &major, &minor) != 0,
            major >= 4
        else {
            throw AgentError.unavailable(
                "the X server lacks version 4 of the XFIXES extension, which hides the pointer")
        }
        if hidden { XFixesHideCursor(display, root) } else { XFixesShowCursor(display, root) }
        isPointerHidden = hidden
        finish()
    }
}
