/// Names one state of a representation (RFC 9110 §8.8.3).
struct EntityTag: Hashable {
    /// Without the quotes: anything from `!` on but `"` and DEL.
    let opaque: String
    /// Whether two states with this tag may differ in their bytes.
    let isWeak: Bool

    /// As it stands in a header field: `"x"` or `W/"x"`.
    var text: String { isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\"" }

    /// Same bytes, for sure (RFC 9110 §8.8.3.2).
    func stronglyMatches(_ other: EntityTag) -> Bool { !isWeak && self == other }

    /// Good enough for a copy in a cache (RFC 9110 §8.8.3.2).
    func weaklyMatches(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

extension EntityTag {
    /// The value of If-Match and If-None-Match.
    enum List {
        case any
        case tags([EntityTag])

        init(_ field: String) {
            var rest = field[...].trimmingBlanks()
            if rest == "*" { self = .any; return }
            var tags: [EntityTag] = []
            while let tag = EntityTag(consuming: &rest) {
                tags.append(tag)
                rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
            }
            self = .tags(tags)
        }

        func contains(where matches: (EntityTag) -> Bool) -> Bool {
            switch self {
            case .any: true
            case .tags(let tags): tags.contains(where: matches)
            }
        }
    }

    /// `nil` when `field` is not exactly one tag.
    init?(_ field: String) {
        var rest = field[...].trimmingBlanks()
        self.init(consuming: &rest)
        guard rest.isEmpty else { return nil }
    }

    /// Takes a tag off the beginning of `text`; `nil` when none is there.
    private init?(consuming text: inout Substring) {
        isWeak = text.hasPrefix("W/\"")
        let quoted = isWeak ? text.dropFirst(2) : text
        guard quoted.first == "\"", let end = quoted.dropFirst().firstIndex(of: "\"") else { return nil }
        opaque = String(quoted[quoted.index(after: quoted.startIndex)..<end])
        text = quoted[quoted.index(after: end)...]
    }
}
