/// What a finger types instead of the right letter. Only letters are mistyped, and only letters come of it, so that one
/// Backspace takes back one of them in every program.
struct Typo: Equatable, Sendable {
    private enum Kind: CaseIterable {
        case neighbour, doubled, transposed, extra

        /// Of all mistakes.
        var share: Double {
            switch self {
            case .neighbour: 0.60
            case .doubled: 0.20
            case .transposed: 0.15
            case .extra: 0.05
            }
        }
    }

    let typed: [Unicode.Scalar]
    /// How many characters of the text it stands for.
    let covered: Int

    /// Nil where there is no letter at the beginning of `rest`, which is not empty.
    init?(in rest: ArraySlice<Unicode.Scalar>, random: inout SeededRandom) {
        guard let right = rest.first, let neighbour = Self.neighbour(of: right, random: &random) else { return nil }
        let next = rest.dropFirst().first.flatMap { QwertyKeyboard.neighbours(of: $0).isEmpty ? nil : $0 }
        switch (Self.kind(random: &random), next) {
        case (.doubled, _): (typed, covered) = ([right, right], 1)
        case (.transposed, .some(let next)) where next != right: (typed, covered) = ([next, right], 2)
        case (.extra, _): (typed, covered) = ([right, neighbour], 1)
        default: (typed, covered) = ([neighbour], 1)
        }
    }

    private static func neighbour(of scalar: Unicode.Scalar, random: inout SeededRandom) -> Unicode.Scalar? {
        let neighbours = QwertyKeyboard.neighbours(of: scalar)
        return neighbours.isEmpty ? nil : neighbours[random.index(below: neighbours.count)]
    }

    private static func kind(random: inout SeededRandom) -> Kind {
        var rest = random.unit()
        for kind in Kind.allCases {
            if rest < kind.share { return kind }
            rest -= kind.share
        }
        return .neighbour
    }
}
