extension SpareKeys {
    /// Keycodes behind which, as Linux numbers keys (`linux/input-event-codes.h`, and 8 more), there is none at all or
    /// one that programs do nothing with: F13 to F24, keys of Japanese keyboards, numbers that are not given.
    ///
    /// Chromium looks at the number of a key whose character is on no keyboard: typed with that of Refresh the character
    /// reloads the page, with that of Back it leaves it, with that of an arrow it is lost.
    private static let quietKeycodes: Set<UInt8> = {
        let single: [UInt8] = [8, 92, 93, 97, 103, 120, 129, 132, 149, 154, 168, 178, 183, 184, 217, 219, 222, 230]
        return Set(single).union(191...207).union(244...255)
    }()

    /// Of keycodes that the layout leaves free, those to use: all of them only where there is no quiet one.
    static func choose(from free: [Key]) -> SpareKeys {
        let quiet = free.filter { quietKeycodes.contains($0.keycode) }
        var spareKeys = SpareKeys()
        for key in quiet.isEmpty ? free : quiet { spareKeys.append(key) }
        return spareKeys
    }
}
