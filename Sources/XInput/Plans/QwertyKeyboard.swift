/// Where the hands of a touch typist find the characters of a US keyboard. Only times come from it, and which key a
/// finger hits instead of the right one: keycodes come from the layout there is.
enum QwertyKeyboard {
    enum Finger: Equatable, Sendable {
        case little, ring, middle, index, thumb
    }

    struct Place: Equatable, Sendable {
        /// From the digits, 0, down to the space bar, 4.
        let row: Int
        let column: Int
        let isShifted: Bool

        /// Places with the same key type with the same key, whatever else is held.
        var key: Int { row * 100 + column }
        var isLeft: Bool { row < 4 && column < 5 }

        var finger: Finger {
            guard row < 4 else { return .thumb }
            switch column {
            case 3...6: return .index
            case 2, 7: return .middle
            case 1, 8: return .ring
            default: return .little
            }
        }
    }

    /// Columns are counted from the key of the left little finger on each row.
    private static let rows: [(plain: String, shifted: String, firstColumn: Int)] = [
        ("`1234567890-=", "~!@#$%^&*()_+", -1),
        ("qwertyuiop[]\\", "QWERTYUIOP{}|", 0),
        ("asdfghjkl;'", "ASDFGHJKL:\"", 0),
        ("zxcvbnm,./", "ZXCVBNM<>?", 0),
        (" ", "", 0),
    ]

    private static let places: [Unicode.Scalar: Place] = {
        var places: [Unicode.Scalar: Place] = [:]
        for (row, keys) in rows.enumerated() {
            for (characters, isShifted) in [(keys.plain, false), (keys.shifted, true)] {
                for (index, scalar) in characters.unicodeScalars.enumerated() {
                    places[scalar] = Place(row: row, column: keys.firstColumn + index, isShifted: isShifted)
                }
            }
        }
        return places
    }()

    /// The letters beside each letter, in both cases, on its row and the rows above and below.
    private static let letterNeighbours: [Unicode.Scalar: [Unicode.Scalar]] = {
        let letters = places.filter { $0.key.isLetter }
        return letters.mapValues { place in
            letters.filter { $0.value.isShifted == place.isShifted && place.isBeside($0.value) }.map(\.key).sorted()
        }
    }()

    /// Nil for a character that is not on a key of its own.
    static func place(of scalar: Unicode.Scalar) -> Place? { places[scalar] }

    /// Empty for what is not a letter of this keyboard.
    static func neighbours(of scalar: Unicode.Scalar) -> [Unicode.Scalar] { letterNeighbours[scalar] ?? [] }
}

extension QwertyKeyboard.Place {
    /// Each row is half a key to the right of the one above.
    fileprivate func isBeside(_ other: QwertyKeyboard.Place) -> Bool {
        switch other.row - row {
        case 0: abs(other.column - column) == 1
        case 1: other.column == column || other.column == column - 1
        case -1: other.column == column || other.column == column + 1
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Of the Latin alphabet without accents.
    fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
