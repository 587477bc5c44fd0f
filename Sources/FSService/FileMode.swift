package import AgentCore

/// The permission bits of a file with setuid (04000), setgid (02000) and sticky (01000): what `chmod` sets.
package struct FileMode: Sendable, Hashable, RawRepresentable {
    /// 0 through 0o7777.
    package let rawValue: UInt32

    /// Keeps the bits `chmod` knows and drops all others.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue & 0o7777
    }

    /// Reads a mode as people write it: three or four octal digits, "644" or "4755".
    ///
    /// - Throws: `invalidArgument` for anything else.
    package init(octal text: String) throws(AgentError) {
        let isOctal = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        guard isOctal, (3...4).contains(text.utf8.count), let value = UInt32(text, radix: 8) else {
            throw .invalidArgument("the mode must be three or four octal digits such as 644, not \"\(text)\"")
        }
        self.init(rawValue: value)
    }

    /// Four octal digits: `0644`.
    package var octalText: String {
        String(unsafeUninitializedCapacity: 4) { digits in
            for index in 0..<4 { digits[index] = UInt8(ascii: "0") + UInt8(rawValue >> UInt32(9 - 3 * index) & 7) }
            return 4
        }
    }

    /// What new files get: `rw-r--r--`.
    package static let newFile = FileMode(rawValue: 0o644)
    /// What a file has while it is being written: `rw-------`.
    static let `private` = FileMode(rawValue: 0o600)
    /// What new directories get: `rwxr-xr-x`.
    package static let newDirectory = FileMode(rawValue: 0o755)
}
