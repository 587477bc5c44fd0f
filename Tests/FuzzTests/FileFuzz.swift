import AgentCore
import Glibc

@testable import FSService
@testable import GuestAgent

extension FuzzTarget {
    /// Paths, and modes.
    static let paths = FuzzTarget("paths") { input in
        guard let path = try unlessRefused({ try FilePath(bytes: input) }) else { return }
        try require(URLQuery.decode(path.percentEncoded.utf8, readingPlus: false) == input, "percent-encoding")
        try require(!path.parent.bytes.isEmpty && !path.trimmed.bytes.isEmpty, "the parent is empty")
        try require(path.parent.bytes.count <= max(1, input.count), "the parent of \(path) is \(path.parent)")
        _ = (path.lastComponent, path.namesDirectory, path.isReserved)
        _ = path.resolvingLink(to: path).appending(path)
        if let entry = try unlessRefused({ try EntryPath(input, stripping: 1, maximumDepth: 8) }) ?? nil {
            try require(entry.components.allSatisfy { !$0.bytes.contains(0x2F) }, "a name with a slash: \(entry)")
            try require(!entry.components.contains { $0.bytes == [0x2E, 0x2E] }, "a name that goes up: \(entry)")
            _ = entry.mayLink(to: path)
        }
        if let mode = try unlessRefused({ try FileMode(octal: input.text) }) {
            try require(Int(mode.octalText, radix: 8) == Int(input.text, radix: 8), mode.octalText)
        }
    }

    /// A pattern, and on the next line the path it is held against.
    static let glob = FuzzTarget("glob") { input in
        let (pattern, path) = input.firstLine
        guard let glob = try unlessRefused({ try Glob(pattern.text) }) else { return }
        _ = glob.matches(path[...])
        try require((glob.maximumDepth ?? 1) >= 0, "a depth of \(glob.maximumDepth ?? 1)")
    }

    /// What to look for, and from the next line on where.
    static let search = FuzzTarget("search") { input in
        let (query, text) = input.firstLine
        for ignoresCase in [false, true] {
            let literal = try unlessRefused { try LiteralMatcher(query.text, ignoresCase: ignoresCase) }
            let expression = try unlessRefused { try RegularExpression(query.text, ignoresCase: ignoresCase) }
            try text.withUnsafeBytes { bytes in
                if let range = literal?.firstMatch(in: bytes) {
                    let isSame = ignoresCase || Array(bytes[range]).elementsEqual(query.text.utf8)
                    try require(isSame && range.count == query.text.utf8.count, "found \(range)")
                }
                if let range = try unlessRefused({ try expression?.firstMatch(in: bytes) }) ?? nil {
                    try require(range.upperBound <= bytes.count, "found \(range) of \(bytes.count)")
                }
            }
        }
    }
}
