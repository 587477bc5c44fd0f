package import AgentCore

/// A pattern for paths below a directory: `*` and `?` within a name, `[…]` one character of several, `{a,b}` one text of
/// several, `**` any number of directories. `\` takes the meaning away from what follows.
///
/// A pattern without a slash is about the name alone, at any depth; one with a slash about the whole path below the
/// directory. Dots have no special meaning.
package struct Glob: Sendable {
    /// How many patterns without braces one may stand for.
    private static let alternativeLimit = 256

    private enum Part: Sendable {
        case name(GlobSegment)
        /// `**`
        case anyDirectories
    }

    private let alternatives: [[Part]]

    /// - Throws: `invalidArgument` for an empty pattern, and for one whose braces stand for too many.
    package init(_ pattern: String) throws(AgentError) {
        let bytes = Array(pattern.utf8)
        guard !bytes.isEmpty else { throw .invalidArgument("the pattern is empty: give one such as **/*.log") }
        alternatives = try BraceExpansion.expand(bytes, limit: Self.alternativeLimit).map(Self.parts)
    }

    /// Beyond this depth nothing matches; `nil` when there is no such depth. 1 is in the directory itself.
    var maximumDepth: Int? {
        let depths = alternatives.map { parts -> Int? in
            parts.contains { if case .anyDirectories = $0 { true } else { false } } ? nil : parts.count
        }
        return depths.contains(nil) ? nil : depths.compactMap { $0 }.max()
    }

    /// - Parameter path: relative to the directory, without a slash at either end.
    func matches(_ path: ArraySlice<UInt8>) -> Bool {
        let names = path.split(separator: UInt8(ascii: "/"))
        return alternatives.contains { Self.matches($0, names) }
    }

    private static func parts(_ pattern: [UInt8]) -> [Part] {
        let slash = UInt8(ascii: "/")
        let segments = pattern.split(separator: slash)
        let parts = segments.map { segment in
            segment.elementsEqual("**".utf8) ? Part.anyDirectories : .name(GlobSegment(Array(segment)))
        }
        return pattern.contains(slash) ? parts : [.anyDirectories] + parts
    }

    /// As with stars in a name: of several `**` only the last one is tried again.
    private static func matches(_ parts: [Part], _ names: [ArraySlice<UInt8>]) -> Bool {
        var name = 0
        var part = 0
        var retry: (part: Int, name: Int)?
        while name < names.count {
            if part < parts.count, case .anyDirectories = parts[part] {
                retry = (part, name)
                part += 1
            } else if part < parts.count, case .name(let segment) = parts[part], segment.matches(names[name]) {
                part += 1
                name += 1
            } else if let last = retry {
                retry = (last.part, last.name + 1)
                part = last.part + 1
                name = last.name + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .anyDirectories = $0 { true } else { false } }
    }
}
