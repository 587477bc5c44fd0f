/// Names of keys beside those of X, each with its X name.
enum KeyAliases {
    /// By what is said, in lower case, since letter case does not matter.
    static let names: [String: String] = {
        let groups = [modifiers, editing, arrows, locks, secondNames, media, numericPad, letters, digits]
        return groups.reduce(into: [:]) { all, group in
            for (name, xName) in group { all[name.lowercased()] = xName }
        }
    }()

    /// The names worth proposing to somebody who has mistyped one, commonest first.
    static let suggestions: [String] =
        [modifiers, editing, arrows, locks, secondNames, media, numericPad].flatMap { $0.map(\.0) }

    private typealias Names = [(String, String)]

    /// A modifier that does not say which of two keys it is, is the left one, as for `xdotool`.
    private static let modifiers: Names = [
        ("ctrl", "Control_L"), ("Control", "Control_L"), ("ControlLeft", "Control_L"), ("ControlRight", "Control_R"),
        ("ctl", "Control_L"), ("lctrl", "Control_L"), ("rctrl", "Control_R"),
        ("shift", "Shift_L"), ("ShiftLeft", "Shift_L"), ("ShiftRight", "Shift_R"),
        ("lshift", "Shift_L"), ("rshift", "Shift_R"),
        ("alt", "Alt_L"), ("AltLeft", "Alt_L"), ("AltRight", "Alt_R"), ("lalt", "Alt_L"), ("ralt", "Alt_R"),
        ("option", "Alt_L"), ("opt", "Alt_L"),
        ("AltGraph", "ISO_Level3_Shift"), ("AltGr", "ISO_Level3_Shift"),
        ("meta", "Meta_L"), ("super", "Super_L"), ("MetaLeft", "Super_L"), ("MetaRight", "Super_R"),
        ("OSLeft", "Super_L"), ("OSRight", "Super_R"),
        ("win", "Super_L"), ("windows", "Super_L"), ("cmd", "Super_L"), ("command", "Super_L"), ("os", "Super_L"),
        ("hyper", "Hyper_L"),
    ]

    private static let editing: Names = [
        ("Enter", "Return"), ("Return", "Return"),
        ("Backspace", "BackSpace"), ("back_space", "BackSpace"), ("bksp", "BackSpace"), ("bs", "BackSpace"),
        ("Delete", "Delete"), ("del", "Delete"), ("ForwardDelete", "Delete"),
        ("Escape", "Escape"), ("esc", "Escape"),
        ("Insert", "Insert"), ("ins", "Insert"),
        ("Tab", "Tab"), ("Space", "space"), ("spacebar", "space"), ("spc", "space"),
        ("PageUp", "Prior"), ("pgup", "Prior"), ("PageDown", "Next"), ("pgdn", "Next"), ("pgdown", "Next"),
        ("Home", "Home"), ("End", "End"),
        ("ContextMenu", "Menu"), ("Menu", "Menu"), ("Apps", "Menu"),
        ("PrintScreen", "Print"), ("PrtSc", "Print"), ("PrtScn", "Print"), ("Again", "Redo"),
        ("dash", "minus"), ("equals", "equal"), ("dot", "period"), ("backtick", "grave"),
    ]

    private static let arrows: Names = [
        ("ArrowLeft", "Left"), ("ArrowRight", "Right"), ("ArrowUp", "Up"), ("ArrowDown", "Down"),
        ("LeftArrow", "Left"), ("RightArrow", "Right"), ("UpArrow", "Up"), ("DownArrow", "Down"),
    ]

    private static let locks: Names = [
        ("CapsLock", "Caps_Lock"), ("caps", "Caps_Lock"), ("NumLock", "Num_Lock"), ("ScrollLock", "Scroll_Lock"),
    ]

    /// Keysyms that Xlib lists under another name, so that their letter case would matter.
    private static let secondNames: Names = [
        ("Page_Up", "Prior"), ("Page_Down", "Next"), ("KP_Page_Up", "KP_Prior"), ("KP_Page_Down", "KP_Next"),
        ("quoteright", "apostrophe"), ("quoteleft", "grave"),
    ]

    private static let media: Names = [
        ("AudioVolumeUp", "XF86AudioRaiseVolume"), ("VolumeUp", "XF86AudioRaiseVolume"),
        ("AudioVolumeDown", "XF86AudioLowerVolume"), ("VolumeDown", "XF86AudioLowerVolume"),
        ("AudioVolumeMute", "XF86AudioMute"), ("VolumeMute", "XF86AudioMute"),
        ("MediaPlayPause", "XF86AudioPlay"), ("MediaStop", "XF86AudioStop"),
        ("MediaTrackNext", "XF86AudioNext"), ("MediaTrackPrevious", "XF86AudioPrev"),
        ("BrowserBack", "XF86Back"), ("BrowserForward", "XF86Forward"), ("BrowserRefresh", "XF86Refresh"),
        ("BrowserStop", "XF86Stop"), ("BrowserSearch", "XF86Search"), ("BrowserHome", "XF86HomePage"),
        ("BrowserFavorites", "XF86Favorites"),
    ]

    private static let numericPad: Names =
        [
            ("NumpadEnter", "KP_Enter"), ("NumpadAdd", "KP_Add"), ("NumpadSubtract", "KP_Subtract"),
            ("NumpadMultiply", "KP_Multiply"), ("NumpadDivide", "KP_Divide"), ("NumpadDecimal", "KP_Decimal"),
            ("NumpadEqual", "KP_Equal"), ("NumpadComma", "KP_Separator"),
        ] + (0...9).map { ("Numpad\($0)", "KP_\($0)") }

    /// The names of `KeyboardEvent.code` (UI Events KeyboardEvent code Values, W3C).
    private static let letters: Names = "abcdefghijklmnopqrstuvwxyz".map { ("Key\($0)", "\($0)") }
    private static let digits: Names = (0...9).map { ("Digit\($0)", "\($0)") }
}
