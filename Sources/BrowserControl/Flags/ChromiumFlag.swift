package import AgentCore

/// One switch of Chromium's command line.
package struct ChromiumFlag: Sendable, Hashable, CustomStringConvertible {
    /// Switches whose values are lists, and of which Chromium sees only the last: several are united into one.
    private static let lists: Set<String> = [
        "--load-extension", "--enable-features", "--disable-features", "--enable-blink-features",
        "--disable-blink-features",
    ]

    /// With its dashes, up to the equals sign.
    package let name: String
    package let value: String?

    /// - Throws: `invalidArgument` for what is blank, does not begin with two dashes, or has a line break or NUL in it.
    package init(_ text: String) throws(AgentError) {
        guard text.hasPrefix("--"), text.count > 2, text.first(where: \.isWhitespace) != text.dropFirst(2).first else {
            throw .invalidArgument("\"\(text)\" is no flag: it must begin with two dashes, such as --lang=de")
        }
        guard !text.contains(where: { $0.isNewline || $0 == "\0" }) else {
            throw .invalidArgument("the flag \(text.prefix(40)) has a line break or a NUL in it")
        }
        self.init(unchecked: text)
    }

    init(unchecked text: String) {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(halves[0])
        value = halves.count > 1 ? String(halves[1]) : nil
    }

    init(name: String, items: [String]) {
        self.name = name
        value = items.joined(separator: ",")
    }

    package var description: String { value.map { "\(name)=\($0)" } ?? name }

    var isList: Bool { Self.lists.contains(name) }

    /// Of a switch whose value is a list.
    var items: [String] { (value ?? "").split(separator: ",").map(String.init) }
}
