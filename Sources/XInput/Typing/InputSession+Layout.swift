import CX11

extension InputSession {
    /// The layout as it is now, of the group that is active, with no lock key on. Reading it takes about 0.4 ms, where
    /// the server has told of a change; otherwise it costs one round trip, to learn whether it has.
    func layout() -> KeyboardLayout {
        let group = UInt32(keyboardState().group)
        discardEvents()
        if let knownLayout, knownLayout.group == group { return knownLayout.layout }
        let layout = readLayout(group: group)
        knownLayout = (group, layout)
        return layout
    }

    private func readLayout(group: UInt32) -> KeyboardLayout {
        let keycodes = keycodeRange()
        let spareKeys = readSpareKeys(of: keycodes)
        let spare = Set(spareKeys.keys.map(\.keycode))
        let strokes = readStrokes(of: keycodes.filter { !spare.contains($0) }, group: group)
        return KeyboardLayout(strokes: strokes, spareKeys: spareKeys)
    }

    /// Ends what CapsLock, NumLock and keys like them have switched on, and modifiers that wait for the next key.
    ///
    /// - Returns: the modifiers that were locked, for `lockModifiers`.
    func unlockModifiers() -> UInt32 {
        let state = keyboardState()
        XkbLatchModifiers(display, UInt32(XkbUseCoreKbd), Self.allModifiers, 0)
        if state.locked_mods != 0 { XkbLockModifiers(display, UInt32(XkbUseCoreKbd), Self.allModifiers, 0) }
        return UInt32(state.locked_mods)
    }

    /// - Parameter modifiers: a mask as `unlockModifiers` gives it.
    func lockModifiers(_ modifiers: UInt32) {
        guard modifiers != 0 else { return }
        XkbLockModifiers(display, UInt32(XkbUseCoreKbd), modifiers, modifiers)
        finish()
    }

    private static let allModifiers: UInt32 = 0xff

    /// Gives keycodes one meaning each, whatever is held. The keysym is given twice because core X would take a
    /// single letter as a pair of lower and upper case.
    ///
    /// Keys side by side go in one request: for each, every client reads the keyboard map anew.
    func remap(_ keys: [SpareKeys.Key]) {
        var rest = keys.sorted { $0.keycode < $1.keycode }[...]
        while let first = rest.first {
            let run = zip(rest, UInt(first.keycode)...).prefix { UInt($0.keycode) == $1 }.map(\.0)
            var keysyms = run.flatMap { [KeySym($0.keysym.value), KeySym($0.keysym.value)] }
            XChangeKeyboardMapping(display, Int32(first.keycode), 2, &keysyms, Int32(run.count))
            rest = rest.dropFirst(run.count)
        }
        finish()
    }

    /// The keyboard's group and locks (`man 3 XkbGetState`).
    private func keyboardState() -> XkbStateRec {
        var state = XkbStateRec()
        XkbGetState(display, UInt32(XkbUseCoreKbd), &state)
        return state
    }

    private func keycodeRange() -> ClosedRange<UInt8> {
        var (low, high): (Int32, Int32) = (8, 255)
        XDisplayKeycodes(display, &low, &high)
        return UInt8(clamping: low)...UInt8(clamping: max(low, high))
    }

    /// Asks Xlib what each key gives under each set of modifiers, so that every kind of key is read by its own rules.
    /// Fewer modifiers come first, and of several keys the lowest keycode: digits of the main block, not the keypad.
    private func readStrokes(of keycodes: [UInt8], group: UInt32) -> [Keysym: Keystroke] {
        var strokes: [Keysym: Keystroke] = [:]
        for modifiers in modifierSets() {
            let state = modifiers.mask & 0xff | (group & 3) << 13
            for keycode in keycodes {
                var keysym: KeySym = 0
                var consumed: UInt32 = 0
                guard XkbLookupKeySym(display, keycode, state, &consumed, &keysym) != 0, keysym != 0 else { continue }
                let known = strokes[Keysym(keysym)]
                if known == nil { strokes[Keysym(keysym)] = Keystroke(keycode, holding: modifiers.keycodes) }
            }
        }
        return strokes
    }

    private func modifierSets() -> [(mask: UInt32, keycodes: [UInt8])] {
        let shift = (UInt32(ShiftMask), [XKeysymToKeycode(display, KeySym(XK_Shift_L))])
        let levelThree = (
            XkbKeysymToModifiers(display, KeySym(XK_ISO_Level3_Shift)),
            [XKeysymToKeycode(display, KeySym(XK_ISO_Level3_Shift))]
        )
        let both = (shift.0 | levelThree.0, levelThree.1 + shift.1)
        return [(0, []), shift] + (levelThree.0 == 0 ? [] : [levelThree, both])
    }

    /// Free keycodes first, then those that carry a character from an earlier text.
    private func readSpareKeys(of keycodes: ClosedRange<UInt8>) -> SpareKeys {
        var width: Int32 = 0
        guard let map = XGetKeyboardMapping(display, keycodes.lowerBound, Int32(keycodes.count), &width) else {
            return SpareKeys()
        }
        defer { XFree(map) }
        var (free, used): ([SpareKeys.Key], [SpareKeys.Key]) = ([], [])
        for (index, keycode) in keycodes.enumerated() {
            let row = UnsafeBufferPointer(start: map + index * Int(width), count: Int(width)).map { Keysym($0) }
            guard let keysym = SpareKeys.keysym(ofRow: row) else { continue }
            if keysym == .none { free.append(.init(keycode: keycode, keysym: keysym)) }
            if keysym != .none { used.append(.init(keycode: keycode, keysym: keysym)) }
        }
        return SpareKeys.choose(from: free + used)
    }
}
