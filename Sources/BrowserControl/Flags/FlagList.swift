/// Switches in order, each name once.
///
/// Chromium itself would take the last of those with one name; here the later replaces the earlier, in its place. Those
/// whose values are lists are united.
package struct FlagList: Sendable, Equatable {
    package private(set) var flags: [ChromiumFlag] = []

    package init(_ flags: some Sequence<ChromiumFlag> = []) {
        for flag in flags { add(flag) }
    }

    package var texts: [String] { flags.map(\.description) }

    package mutating func add(_ flag: ChromiumFlag) {
        guard let index = flags.firstIndex(where: { $0.name == flag.name }) else { return flags.append(flag) }
        flags[index] = flag.isList ? flags[index].united(with: flag) : flag
    }

    mutating func remove(_ name: String) {
        flags.removeAll { $0.name == name }
    }

    func contains(_ name: String) -> Bool { flags.contains { $0.name == name } }

    /// These flags and then `others`.
    func adding(_ others: [ChromiumFlag]) -> FlagList { FlagList(flags + others) }
}

extension ChromiumFlag {
    fileprivate func united(with other: ChromiumFlag) -> ChromiumFlag {
        let known = Set(items)
        return ChromiumFlag(name: name, items: items + other.items.filter { !known.contains($0) })
    }
}
