import AgentCore
import Glibc

/// A POSIX extended regular expression (`man 7 regex`), matched by the C library, on bytes.
///
/// Not Swift's, which backtracks, so that a short pattern can keep it busy for ever, and takes a hundred times as long.
/// The library's matcher does not backtrack for what is let through here: back references, for which it would, are
/// refused, and so are patterns that would take much memory to compile. What is left is that it may begin anew at every
/// byte of a line, so that time grows with the square of the line's length; that is bounded, and so is time itself.
final class RegularExpression: Sendable {
    /// In bytes.
    private static let lengthLimit = 1024
    /// Of the numbers in braces, all multiplied: `{20}{20}` means 400 copies.
    private static let repetitionLimit = 256
    /// In bytes.
    private static let blockSize = 64 * 1024
    private static let lineLimit = 4096
    private static let timeLimit = Duration.seconds(2)

    /// SAFETY: written by `init` and `deinit` only; `regexec` locks what it changes (`man 3 regexec`: MT-Safe).
    private nonisolated(unsafe) let detector: UnsafeMutablePointer<regex_t>
    /// SAFETY: as above.
    private nonisolated(unsafe) let locator: UnsafeMutablePointer<regex_t>

    private let pattern: String
    private let ignoresCase: Bool

    /// - Throws: `invalidArgument` that says what is wrong with the pattern.
    init(_ pattern: String, ignoresCase: Bool) throws(AgentError) {
        try Self.check(pattern)
        self.pattern = pattern
        self.ignoresCase = ignoresCase
        let flags = REG_EXTENDED | REG_NEWLINE | (ignoresCase ? REG_ICASE : 0)
        detector = try Self.compile(pattern, flags | REG_NOSUB)
        do throws(AgentError) {
            locator = try Self.compile(pattern, flags)
        } catch {
            Self.free(detector)
            throw error
        }
    }

    deinit {
        Self.free(detector)
        Self.free(locator)
    }

    func copy() throws(AgentError) -> RegularExpression {
        try RegularExpression(pattern, ignoresCase: ignoresCase)
    }

    /// The first match in whole lines. Lines longer than 4 KiB are searched in pieces.
    ///
    /// - Throws: `timeout` when that takes longer than two seconds.
    func firstMatch(in text: UnsafeRawBufferPointer) throws(AgentError) -> Range<Int>? {
        let deadline = ContinuousClock.now + Self.timeLimit
        var start = 0
        while start < text.count {
            let block = start..<Self.endOfBlock(from: start, in: text)
            // Whether there is one at all is found out without the cost of saying where.
            if run(detector, on: text, block) != nil, let match = locate(in: text, block) { return match }
            guard ContinuousClock.now < deadline else {
                throw AgentError(.timeout, "the pattern takes too long here: make it simpler")
            }
            start = block.upperBound
        }
        return nil
    }

    private func locate(in text: UnsafeRawBufferPointer, _ block: Range<Int>) -> Range<Int>? {
        var start = block.lowerBound
        while start < block.upperBound {
            let end = min(text.endOfLine(at: start), block.upperBound)
            if run(detector, on: text, start..<end) != nil { return run(locator, on: text, start..<end) }
            start = end + 1
        }
        return nil
    }

    /// As many lines as are searched at once, or a piece of a long one.
    private static func endOfBlock(from start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var end = start
        while end < text.count, end - start < blockSize {
            let next = min(text.endOfLine(at: end) + 1, text.count)
            if next - end > lineLimit { return end > start ? end : start + lineLimit }
            end = next
        }
        return end
    }

    private func run(
        _ expression: UnsafeMutablePointer<regex_t>, on text: UnsafeRawBufferPointer, _ range: Range<Int>
    ) -> Range<Int>? {
        guard let base = text.baseAddress else { return nil }
        var match = regmatch_t(rm_so: regoff_t(range.lowerBound), rm_eo: regoff_t(range.upperBound))
        // A piece of a line begins or ends where the line does not.
        let isBeginning = range.lowerBound == 0 || text[range.lowerBound - 1] == 0x0A
        let isEnd =
            range.upperBound == text.count || text[range.upperBound] == 0x0A || text[range.upperBound - 1] == 0x0A
        let flags = REG_STARTEND | (isBeginning ? 0 : REG_NOTBOL) | (isEnd ? 0 : REG_NOTEOL)
        let start = base.assumingMemoryBound(to: CChar.self)
        guard range.upperBound > 0, regexec(expression, start, 1, &match, flags) == 0 else { return nil }
        return max(0, Int(match.rm_so))..<max(0, Int(match.rm_eo))
    }

    private static func compile(_ pattern: String, _ flags: Int32) throws(AgentError) -> UnsafeMutablePointer<regex_t> {
        let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let code = regcomp(expression, pattern, flags)
        if code == 0 { return expression }
        var message = [CChar](repeating: 0, count: 200)
        regerror(code, expression, &message, message.count)
        expression.deallocate()
        let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw .invalidArgument("the query is no extended regular expression: \(reason.lowercased())")
    }

    private static func free(_ expression: UnsafeMutablePointer<regex_t>) {
        regfree(expression)
        expression.deallocate()
    }

    private static func check(_ pattern: String) throws(AgentError) {
        let bytes = Array(pattern.utf8)
        guard !bytes.isEmpty else { throw .invalidArgument("the query is empty: give a pattern to look for") }
        guard bytes.count <= lengthLimit else {
            throw .invalidArgument("a pattern may have at most \(lengthLimit) bytes")
        }
        guard !bytes.contains(where: { $0 == 0x0A || $0 == 0 }) else {
            throw .invalidArgument("the pattern must be one line: lines are searched one by one")
        }
        guard !hasBackReference(bytes) else {
            throw .invalidArgument("back references such as \\1 are not supported: they can take for ever")
        }
        guard repetitions(in: bytes) <= repetitionLimit else {
            throw .invalidArgument("the repetitions in braces make more than \(repetitionLimit) when multiplied")
        }
    }

    private static func hasBackReference(_ pattern: [UInt8]) -> Bool {
        var isEscaped = false
        for byte in pattern {
            if isEscaped, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte) { return true }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return false
    }

    /// The largest number of each pair of braces, all multiplied.
    private static func repetitions(in pattern: [UInt8]) -> Int {
        pattern.split(separator: UInt8(ascii: "{")).dropFirst(pattern.first == UInt8(ascii: "{") ? 0 : 1)
            .reduce(1) { product, part in
                let numbers = part.prefix { $0 != UInt8(ascii: "}") }.split(separator: UInt8(ascii: ","))
                let largest = numbers.compactMap { Int(String(decoding: $0, as: UTF8.self)) }.max() ?? 1
                return product.multipliedReportingOverflow(by: max(1, largest)).overflow
                    ? .max : product * max(1, largest)
            }
    }
}
