import Testing

@testable import XInput

@Suite struct TypingScriptTests {
    private static let texts = [
        "The quick brown fox jumps over the lazy dog.", "aa bb", "Grüße aus Köln, 東京 und 👩‍👩‍👧!", "a\r\nb\rc\n\td",
        "e\u{301}te\u{301}", "x", "", "שלום world",
    ]

    /// What a field would hold, and how many Backspaces it took.
    private func typed(_ script: TypingScript) -> (text: [Unicode.Scalar], backspaces: Int) {
        var text: [Unicode.Scalar] = []
        var backspaces = 0
        for entry in script.entries {
            switch entry.key {
            case .character(let scalar): text.append(scalar)
            case .backspace:
                backspaces += 1
                #expect(text.popLast().map { !QwertyKeyboard.neighbours(of: $0).isEmpty } == true)
            }
        }
        return (text, backspaces)
    }

    private func normalized(_ text: String) -> [Unicode.Scalar] {
        Array(
            text.unicodeScalars.map(String.init).joined().replacing("\r\n", with: "\n").replacing("\r", with: "\n")
                .unicodeScalars)
    }

    @Test(arguments: texts)
    func `results in the text, whatever goes wrong`(text: String) {
        for seed in UInt64(0)..<100 {
            for chance in [0, 0.1, 1] {
                var random = SeededRandom(seed: seed)
                let result = typed(TypingScript(text, typoChance: chance, random: &random))
                #expect(result.text == normalized(text))
                if chance == 0 { #expect(result.backspaces == 0) }
            }
        }
    }

    @Test func `mistakes are as frequent and of the kinds they are said to be`() {
        var random = SeededRandom(seed: 1)
        let text = Array("mistaken".unicodeScalars)[...]
        let typos = (0..<10_000).compactMap { _ in Typo(in: text, random: &random) }
        #expect(typos.count == 10_000)
        func share(_ isKind: (Typo) -> Bool) -> Double { Double(typos.filter(isKind).count) / 10_000 }
        #expect(abs(share { $0.typed.count == 1 } - 0.60) < 0.02)
        #expect(abs(share { $0.typed == ["m", "m"] } - 0.20) < 0.02)
        #expect(abs(share { $0.typed == ["i", "m"] && $0.covered == 2 } - 0.15) < 0.02)
        #expect(abs(share { $0.typed.count == 2 && $0.typed[0] == "m" && $0.typed[1] != "m" } - 0.05) < 0.01)
        #expect(typos.allSatisfy { $0.typed.count > 1 || ["n", "j", "k"].contains($0.typed[0]) })
    }

    @Test func `one letter in ten is mistyped where that is asked for`() {
        var random = SeededRandom(seed: 3)
        let text = String(repeating: "letters ", count: 500)
        let script = TypingScript(text, typoChance: 0.1, random: &random)
        let pauses = script.entries.filter { $0.key == .backspace && $0.pause > 0 }
        #expect((300...400).contains(pauses.count))
        #expect(pauses.allSatisfy { (150...900).contains($0.pause) })
    }

    @Test func `neighbours are the keys around, in the same case`() {
        #expect(Set(QwertyKeyboard.neighbours(of: "g")) == ["f", "h", "t", "y", "v", "b"])
        #expect(Set(QwertyKeyboard.neighbours(of: "Q")) == ["W", "A"])
        #expect(Set(QwertyKeyboard.neighbours(of: "p")) == ["o", "l"])
        #expect(QwertyKeyboard.neighbours(of: "1").isEmpty)
        #expect(QwertyKeyboard.neighbours(of: "ü").isEmpty)
    }
}
