import AgentCore
import CX11

/// One client's part in the exchange of selections: its window, and what it reads and writes in windows of others.
///
/// Requests about windows that have gone leave errors behind; whoever reads events takes them.
final class SelectionClient {
    /// A property as it was read.
    struct Value {
        let type: Atom
        /// Bits of one item.
        let format: Int32
        let bytes: [UInt8]
        /// Whether there was more than had been asked for.
        let isCut: Bool
    }

    let display: OpaquePointer
    let atoms: ClipboardAtoms
    /// Stands for this client as an owner. It is never shown.
    let window: Window
    private var watchCounts: [Window: Int] = [:]

    init(display: OpaquePointer) {
        self.display = display
        atoms = ClipboardAtoms(display: display)
        window = Self.makeWindow(on: display)
    }

    /// A window that is never shown, and tells of changes of its properties.
    func makeWindow() -> Window { Self.makeWindow(on: display) }

    func destroy(_ window: Window) {
        XDestroyWindow(display, window)
    }

    /// The window of the clipboard's owner; `nil` when nobody has copied anything.
    var clipboardOwner: Window? {
        let owner = XGetSelectionOwner(display, atoms.clipboard)
        return owner == ClipboardAtoms.none ? nil : owner
    }

    /// Takes the clipboard as of `time`. Returns whether it has it now; somebody may have been later.
    func takeClipboard(at time: Time) -> Bool {
        XSetSelectionOwner(display, atoms.clipboard, window, time)
        return clipboardOwner == window
    }

    /// The server's clock: the time of an event that is made to happen (ICCCM §2.1 asks for it).
    func serverTime() -> Time {
        XChangeProperty(display, window, atoms.arrival, atoms.latin1, 8, PropModeAppend, nil, 0)
        XSync(display, 0)
        var event = XEvent()
        var time = Time(CurrentTime)
        while XCheckTypedWindowEvent(display, window, PropertyNotify, &event) != 0 { time = event.xproperty.time }
        return time
    }

    /// Reads a property and deletes it, which tells its writer that it has been taken.
    ///
    /// - Parameter limit: bytes; a property with more is left where it is.
    /// - Returns: `nil` when there is no such property.
    func take(_ property: Atom, of window: Window, limit: Int) -> Value? {
        var type = ClipboardAtoms.none
        var (format, count, rest): (Int32, UInt, UInt) = (0, 0, 0)
        var data: UnsafeMutablePointer<UInt8>?
        let status = XGetWindowProperty(
            display, window, property, 0, limit / 4 + 1, 1, Atom(AnyPropertyType), &type, &format, &count, &rest, &data)
        defer { if let data { XFree(data) } }
        guard status == Success, type != ClipboardAtoms.none else { return nil }
        // Xlib hands out items of 32 bits as C longs.
        let itemSize = format == 32 ? MemoryLayout<Int>.size : Int(format) / 8
        let bytes = UnsafeBufferPointer(start: data, count: data == nil ? 0 : Int(count) * itemSize)
        return Value(type: type, format: format, bytes: Array(bytes), isCut: rest > 0)
    }

    func put(_ bytes: some Collection<UInt8>, as type: Atom, into property: Atom, of window: Window) {
        let contiguous = bytes.withContiguousStorageIfAvailable { buffer in
            XChangeProperty(
                display, window, property, type, 8, PropModeReplace, buffer.baseAddress, Int32(buffer.count))
        }
        if contiguous == nil { put(Array(bytes), as: type, into: property, of: window) }
    }

    func put(_ items: [UInt], as type: Atom, into property: Atom, of window: Window) {
        items.withUnsafeBytes { bytes in
            _ = XChangeProperty(
                display, window, property, type, 32, PropModeReplace,
                bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(items.count))
        }
    }

    /// Asks to be told of the end and the properties of another client's window, until as many `stopWatching`. Of its
    /// own it is told anyway.
    func startWatching(_ window: Window) {
        guard window != self.window else { return }
        watchCounts[window, default: 0] += 1
        XSelectInput(display, window, StructureNotifyMask | PropertyChangeMask)
    }

    func stopWatching(_ window: Window) {
        guard let count = watchCounts[window] else { return }
        watchCounts[window] = count > 1 ? count - 1 : nil
        if count == 1 { XSelectInput(display, window, NoEventMask) }
    }

    private static func makeWindow(on display: OpaquePointer) -> Window {
        let window = XCreateSimpleWindow(display, XDefaultRootWindow(display), -1, -1, 1, 1, 0, 0, 0)
        XSelectInput(display, window, PropertyChangeMask)
        return window
    }
}
