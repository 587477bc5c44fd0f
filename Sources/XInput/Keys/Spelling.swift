/// A name as it is compared with others that it may have been meant to be: by its letters, in any case.
struct Spelling: Sendable {
    private let letters: [Unicode.Scalar]
    /// A bit for each letter there is; letters far from each other share one.
    private let present: UInt64

    init(_ name: String) {
        letters = Array(name.lowercased().unicodeScalars)
        present = letters.reduce(0) { $0 | 1 << (UInt64($1.value) % 64) }
    }

    /// The slips of the finger that may pass for one name meant by another: one in three letters.
    var tolerance: Int { (letters.count + 1) / 3 }

    /// The slips of the finger between two names; `nil` when they are more than `limit`.
    func distance(to other: Spelling, limit: Int) -> Int? {
        // A letter that only one of them has takes a slip of its own: most names differ by more than enough of them.
        let missing = max((present & ~other.present).nonzeroBitCount, (other.present & ~present).nonzeroBitCount)
        return missing <= limit ? editDistance(from: letters, to: other.letters, limit: limit) : nil
    }
}
