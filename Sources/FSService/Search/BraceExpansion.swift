import AgentCore

/// Writes `a{b,c}` out as `ab` and `ac`. Braces may be nested; those that are not closed are meant as they are.
enum BraceExpansion {
    /// - Throws: `invalidArgument` when there would be more than `limit` texts.
    static func expand(_ text: [UInt8], limit: Int) throws(AgentError) -> [[UInt8]] {
        var open = [text]
        var done: [[UInt8]] = []
        while let next = open.popLast() {
            if let variants = firstBraces(of: next) { open += variants.reversed() } else { done.append(next) }
            guard open.count + done.count <= limit else {
                throw .invalidArgument("the braces of the pattern stand for more than \(limit) patterns")
            }
        }
        return done
    }

    /// The text with its first braces replaced by each of what they hold; `nil` when there are none.
    private static func firstBraces(of text: [UInt8]) -> [[UInt8]]? {
        var starts: [Int] = []
        var commas: [[Int]] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "{"):
                starts.append(index)
                commas.append([])
            case UInt8(ascii: ",") where !starts.isEmpty: commas[commas.count - 1].append(index)
            case UInt8(ascii: "}"):
                // The innermost are closed first.
                if let start = starts.popLast(), let cuts = commas.popLast(), !cuts.isEmpty {
                    return variants(of: text, from: start, cuts: cuts + [index])
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func variants(of text: [UInt8], from start: Int, cuts: [Int]) -> [[UInt8]] {
        let ends = [start] + cuts
        let rest = text[((cuts.last ?? start) + 1)...]
        return zip(ends, cuts).map { (from: Int, to: Int) -> [UInt8] in
            var variant = Array(text[..<start])
            variant += text[(from + 1)..<to]
            variant += rest
            return variant
        }
    }
}
