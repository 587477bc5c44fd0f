import AgentCore

/// Where an entry of an archive goes: names from the target downwards, none of them `.` or `..`.
struct EntryPath: Sendable, Hashable {
    /// NAME_MAX, the same on every file system of Linux that matters (`man 7 path_resolution`).
    private static let maximumName = 255

    /// Empty for the target itself.
    let components: [FilePath]

    init(components: [FilePath]) {
        self.components = components
    }

    /// Reads the name of an entry. A backslash is a character like any other; `.` and doubled slashes mean nothing.
    ///
    /// - Parameter stripping: how many leading components to leave out.
    /// - Returns: `nil` when nothing is left of the name.
    /// - Throws: `invalidArgument`, naming the entry, for a name that is empty, absolute, goes up or has too long a
    ///   component; `tooLarge` when it is too deep.
    init?(_ name: [UInt8], stripping: Int, maximumDepth: Int) throws(AgentError) {
        guard !name.isEmpty else { throw .invalidArgument("the archive has an entry without a name") }
        guard name.first != UInt8(ascii: "/") else { throw Self.refused(name, "its name is absolute") }
        let parts = name.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2E]) }
        guard !parts.contains(where: { $0.elementsEqual([0x2E, 0x2E]) }) else {
            throw Self.refused(name, "its name has .. in it")
        }
        guard parts.allSatisfy({ $0.count <= Self.maximumName }) else {
            throw Self.refused(name, "a name may have \(Self.maximumName) bytes between slashes")
        }
        guard parts.count <= maximumDepth else {
            throw AgentError(.tooLarge, "\(Self.quoted(name)) is deeper than \(maximumDepth) directories, the limit")
        }
        if parts.count <= stripping && !(parts.isEmpty && stripping == 0) { return nil }
        var components: [FilePath] = []
        for part in parts.dropFirst(stripping) { components.append(try FilePath(bytes: Array(part))) }
        self.components = components
    }

    var isTarget: Bool { components.isEmpty }
    var parent: EntryPath { EntryPath(components: components.dropLast()) }
    /// Bytes that are not UTF-8 show as U+FFFD.
    var shown: String { components.map(\.description).joined(separator: "/") }

    func appending(_ name: FilePath) -> EntryPath { EntryPath(components: components + [name]) }

    static func refused(_ name: [UInt8], _ reason: String) -> AgentError {
        .invalidArgument("the archive's entry \(quoted(name)) is refused: \(reason)")
    }

    /// An entry's name for a message: not longer than that bears, and on one line.
    static func quoted(_ name: [UInt8]) -> String {
        let text = String(decoding: name.prefix(300), as: UTF8.self)
        let line = text.map { $0.isNewline ? "␤" : String($0) }.joined()
        return name.count > 300 ? "\"\(line)…\"" : "\"\(line)\""
    }
}

extension EntryPath {
    /// Whether a symbolic link here may hold `target` and is certain to stay beneath the root, whatever other links of
    /// the same kind it leads through: `..` only in front, and not more of them than there are directories above.
    func mayLink(to target: FilePath) -> Bool {
        guard !target.isAbsolute else { return false }
        let parts = target.bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2E]) }
        let ups = parts.prefix { $0.elementsEqual([0x2E, 0x2E]) }.count
        let goesUpLater = parts.dropFirst(ups).contains { $0.elementsEqual([0x2E, 0x2E]) }
        return ups < components.count && !goesUpLater
    }
}
