import AgentCore
import CRegex

/// A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), which is that of Go, matched
/// within lines.
///
/// Not Swift's, which backtracks, so that a short pattern can keep it busy for ever; nor the C library's, which takes
/// memory without bound for `a++++`, ends the process for some patterns, and looks for most anew at every byte.
final class RegularExpression: Sendable {
    /// In bytes.
    private static let lengthLimit = 1024
    /// In instructions of RE2, of which a letter makes one, and any character about ten. The slowest of its matchers,
    /// where the others would take too much memory, goes through all of them for each byte.
    private static let programLimit: Int32 = 4096
    /// In bytes: what is searched at once. A longer line is searched in pieces.
    private static let blockSize = 64 * 1024
    private static let timeLimit = Duration.seconds(2)

    /// SAFETY: written by `init` and `deinit` only; matching may go on in several threads.
    private nonisolated(unsafe) let compiled: OpaquePointer

    /// - Throws: `invalidArgument` that says what is wrong with the pattern.
    init(_ pattern: String, ignoresCase: Bool) throws(AgentError) {
        try Self.check(pattern)
        var reason = [CChar](repeating: 0, count: 200)
        guard let compiled = ga_regex_compile(pattern, ignoresCase, Self.programLimit, &reason, reason.count) else {
            throw .invalidArgument(
                "the query is no regular expression that can be used (RE2's syntax): \(String(cBuffer: reason))")
        }
        self.compiled = compiled
    }

    deinit {
        ga_regex_free(compiled)
    }

    /// The first match in whole lines. Lines longer than 64 KiB are searched in pieces.
    ///
    /// - Throws: `timeout` when that takes longer than two seconds.
    func firstMatch(in text: UnsafeRawBufferPointer) throws(AgentError) -> Range<Int>? {
        let deadline = ContinuousClock.now + Self.timeLimit
        var start = 0
        while start < text.count {
            let block = start..<Self.endOfBlock(from: start, in: text)
            if let match = match(in: text, block) { return match }
            guard ContinuousClock.now < deadline else {
                throw AgentError(.timeout, "the pattern takes too long here: make it simpler")
            }
            start = block.upperBound
        }
        return nil
    }

    private func match(in text: UnsafeRawBufferPointer, _ block: Range<Int>) -> Range<Int>? {
        var (start, end) = (block.lowerBound, block.upperBound)
        let bytes = text.assumingMemoryBound(to: CChar.self)
        return ga_regex_find(compiled, bytes.baseAddress, bytes.count, &start, &end) ? start..<end : nil
    }

    /// As many lines as are searched at once, or a piece of a long one.
    private static func endOfBlock(from start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var end = start
        while end < text.count, end - start < blockSize {
            let next = min(text.endOfLine(at: end) + 1, text.count)
            if next - end > blockSize { return end > start ? end : start + blockSize }
            end = next
        }
        return end
    }

    private static func check(_ pattern: String) throws(AgentError) {
        guard !pattern.isEmpty else { throw .invalidArgument("the query is empty: give a pattern to look for") }
        guard pattern.utf8.count <= lengthLimit else {
            throw .invalidArgument("a pattern may have at most \(lengthLimit) bytes")
        }
        guard !pattern.utf8.contains(where: { $0 == 0x0A || $0 == 0 }) else {
            throw .invalidArgument("the pattern must be one line: lines are searched one by one")
        }
    }
}
