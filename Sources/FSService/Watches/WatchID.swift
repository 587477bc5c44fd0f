/// Names a watch: 24 lower-case letters and digits that nobody can guess, the first one a letter.
package struct WatchID: Sendable, Hashable, CustomStringConvertible {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz")
    private static let digits = Array("0123456789")

    package let description: String

    /// Takes any text, for asking whether there is such a watch.
    package init(_ description: String) {
        self.description = description
    }

    /// A name nobody has.
    static func make() -> WatchID {
        // 36²³ · 26 of them, from the kernel's generator.
        var generator = SystemRandomNumberGenerator()
        let characters = letters + digits
        let rest = (0..<23).map { _ in characters[Int.random(in: characters.indices, using: &generator)] }
        return WatchID(String([letters[Int.random(in: letters.indices, using: &generator)]] + rest))
    }
}
