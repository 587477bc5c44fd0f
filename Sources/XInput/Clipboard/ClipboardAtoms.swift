import CX11

/// The names the clipboard is spoken of with (ICCCM §2, freedesktop.org's clipboards specification).
struct ClipboardAtoms {
    /// The absence of an atom or a window.
    static let none: Atom = 0

    let clipboard: Atom
    let targets: Atom
    let timestamp: Atom
    let multiple: Atom
    let atomPair: Atom
    let increment: Atom
    let utf8: Atom
    let text: Atom
    let plainText: Atom
    let plainTextUTF8: Atom
    /// The property of ours that others put texts into.
    let arrival: Atom
    let latin1 = Atom(XA_STRING)

    init(display: OpaquePointer) {
        func atom(_ name: String) -> Atom { XInternAtom(display, name, 0) }
        clipboard = atom("CLIPBOARD")
        targets = atom("TARGETS")
        timestamp = atom("TIMESTAMP")
        multiple = atom("MULTIPLE")
        atomPair = atom("ATOM_PAIR")
        increment = atom("INCR")
        utf8 = atom("UTF8_STRING")
        text = atom("TEXT")
        plainText = atom("text/plain")
        plainTextUTF8 = atom("text/plain;charset=utf-8")
        arrival = atom("GUEST_AGENT_CLIPBOARD")
    }

    /// The forms a text is asked for in, best first.
    var wanted: [Atom] { [utf8, plainTextUTF8, plainText, latin1] }

    /// What the owner of a text answers to.
    var offered: [Atom] { [targets, timestamp, multiple, utf8, plainTextUTF8, plainText, text, latin1] }
}
