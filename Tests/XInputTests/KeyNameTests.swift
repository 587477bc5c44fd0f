import AgentCore
import AgentTestSupport
import CX11
import Testing

@testable import XInput

@Suite struct KeyNameTests {
    @Test(
        arguments: [
            ("ctrl", [0xffe3]), ("Ctrl", [0xffe3]), ("Control_R", [0xffe4]), ("alt", [0xffe9]), ("shift", [0xffe1]),
            ("super", [0xffeb]), ("meta", [0xffe7]), ("Return", [0xff0d]), ("enter", [0xff0d]), ("F5", [0xffc2]),
            ("a", [0x61]), ("A", [0x41]), ("5", [0x35]), ("é", [0xe9]), ("日", [0x0100_65e5]), (" shift ", [0xffe1]),
            ("space", [0x20]), (" ", [0x20]), ("\t", [0xff09]), ("\n", [0xff0d]),
            ("-", [0x2d]), ("+", [0x2b]), ("plus", [0x2b]), ("minus", [0x2d]),
        ] as [(String, [UInt])])
    func `a name means its keysym`(name: String, keysyms: [UInt]) throws {
        #expect(try KeySequence(parsing: name).keysyms.map(\.value) == keysyms)
    }

    @Test(
        arguments: [
            ("ctrl + shift+t", [0xffe3, 0xffe1, 0x74]), ("ctrl+A", [0xffe3, 0x41]), ("ctrl++", [0xffe3, 0x2b]),
            ("ctrl + +", [0xffe3, 0x2b]), ("++", nil), ("+++", [0x2b, 0x2b]), ("+ + a", [0x2b, 0x61]),
            ("Ctrl+-", [0xffe3, 0x2d]), ("ctrl+ -", [0xffe3, 0x2d]), ("ctrl+=", [0xffe3, 0x3d]),
            ("Control+Enter", [0xffe3, 0xff0d]), ("Alt+ArrowLeft", [0xffe9, 0xff51]),
        ] as [(String, [UInt]?)])
    func `a plus joins names, and is a key`(text: String, keysyms: [UInt]?) {
        let sequence = try? KeySequence(parsing: text)
        #expect(sequence?.keysyms.map(\.value) == keysyms)
    }

    @Test(
        arguments: [
            ("ArrowLeft", "Left"), ("ArrowUp", "Up"), ("Backspace", "BackSpace"), ("PageDown", "Next"),
            ("PageUp", "Page_Up"), ("Escape", "Escape"), ("esc", "Escape"), ("Meta", "Meta_L"),
            ("Control", "Control_L"),
            ("ShiftRight", "Shift_R"), ("Delete", "Delete"), ("del", "Delete"), ("Home", "Home"), ("win", "Super_L"),
            ("cmd", "Super_L"), ("KeyQ", "q"), ("Digit7", "7"), ("Numpad3", "KP_3"), ("CapsLock", "Caps_Lock"),
            ("ContextMenu", "Menu"), ("AltGraph", "ISO_Level3_Shift"), ("AudioVolumeUp", "XF86AudioRaiseVolume"),
            ("PrintScreen", "Print"),
        ])
    func `browsers' names are known`(name: String, xName: String) throws {
        #expect(try KeyNames.keysym(named: name).value == UInt(XStringToKeysym(xName)))
        #expect(try KeyNames.keysym(named: name.uppercased()).value == UInt(XStringToKeysym(xName)))
    }

    @Test(
        arguments: [
            ("page_up", 0xff55), ("LEFT", 0xff51), ("f12", 0xffc9), ("kp_enter", 0xff8d),
            ("xf86audioplay", 0x1008_ff14),
            ("XF86AudioPlay", 0x1008_ff14), ("CONTROL_L", 0xffe3), ("Eacute", 0xc9), ("eacute", 0xe9), ("eth", 0xf0),
            ("Eth", 0xd0), ("dead_ACUTE", 0xfe51), ("U20AC", 0x0100_20ac), ("u20ac", 0x0100_20ac), ("U41", 0x41),
            ("0xff0d", 0xff0d), ("0XFF0D", 0xff0d), ("0x20ac", 0x20ac),
        ] as [(String, UInt)])
    func `names of X are taken exactly, else in any case`(name: String, keysym: UInt) throws {
        #expect(try KeyNames.keysym(named: name).value == keysym)
    }

    @Test(
        arguments: [
            ("", ""), ("  ", ""), ("ctrl+", "ctrl++"), ("nonsense", "Return"), ("ctrl+Retrun", "\"Return\""),
            ("Entr", "\"Enter\""), ("Bakspace", "\"Backspace\""), ("crtl", "\"ctrl\""), ("PagDown", "\"PageDown\""),
            ("EACUTE", "\"Eacute\" or \"eacute\""), ("0x0", "0x0"), ("0xffffffffff", "0x"), ("\u{1}", "0x1"),
            ("65", "\"65\""), ("U110000", "\"U110000\""),
        ])
    func `what is no key is refused with the nearest that is`(text: String, suggestion: String) {
        let error = #expect(throws: AgentError.self) { try KeySequence(parsing: text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(suggestion) == true, "\(error?.message ?? "")")
        if text.contains("+") { #expect(error?.message.contains("\"\(text)\"") == true) }
    }

    @Test func `a long text is refused without a search`() {
        let text = String(repeating: "a+", count: 1_000_000)
        #expect(throws: AgentError.self) { try KeySequence(parsing: text) }
    }

    @Test func `every alias is a key, and every name of X means the keysym Xlib gives it`() throws {
        for (alias, name) in KeyAliases.names {
            #expect(XStringToKeysym(name) != 0, "\(alias) stands for \(name), which is no keysym")
            // In lower case "leftarrow" is a name of X: the sign, not the key.
            #expect(try KeyNames.keysym(named: alias.uppercased()).value == UInt(XStringToKeysym(name)), "\(alias)")
        }
        for keysym in UInt(0x20)...0xffff {
            guard let name = XKeysymToString(keysym).map({ String(cString: $0) }) else { continue }
            #expect(try KeyNames.keysym(named: name).value == UInt(XStringToKeysym(name)), "\(name)")
        }
    }

    @Test(
        .enabled(
            if: XvfbFixture.isInstalled && ChildProcess.isInstalled("xdotool"), "Xvfb or xdotool is not installed"),
        arguments: [
            "ctrl", "Return", "F5", "minus", "Escape", "shift", "Page_Down", "KP_Enter", "slash", "Caps_Lock", "space",
        ])
    func `xdotool presses the same key`(name: String) async throws {
        try await XvfbFixture.with { xvfb in
            let witness = try await EventWitness(displayName: xvfb.displayName)
            let tool = try ChildProcess(["xdotool", "key", name], environment: ["DISPLAY": xvfb.displayName])
            defer { tool.end() }
            let keysym = try KeyNames.keysym(named: name)
            let xName = try #require(XKeysymToString(keysym.value).map { String(cString: $0) })
            #expect(try await witness.events(until: "key \(xName) up") == ["key \(xName) down", "key \(xName) up"])
            let input = try InputService(displayName: xvfb.displayName)
            try await input.press(KeyPress([name]))
            #expect(try await witness.events(until: "key \(xName) up") == ["key \(xName) down", "key \(xName) up"])
        }
    }
}
