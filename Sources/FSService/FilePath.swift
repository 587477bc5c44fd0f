package import AgentCore
import Glibc

/// A path as the kernel takes it: some bytes, none of them NUL.
///
/// Linux does not say what encoding names are in, so the bytes are what is kept; `description` is for people. A
/// relative path is taken from the working directory of the daemon.
package struct FilePath: Sendable, Hashable {
    /// Without the terminating NUL.
    package let bytes: [UInt8]

    /// - Throws: `invalidArgument` when `bytes` is empty or holds a NUL.
    package init(bytes: [UInt8]) throws(AgentError) {
        guard !bytes.isEmpty else { throw .invalidArgument("the path is empty: give the path of a file") }
        guard !bytes.contains(0) else {
            throw .invalidArgument("the path contains a NUL byte: no file has such a name")
        }
        self.bytes = bytes
    }

    /// - Throws: `invalidArgument` when `string` is empty or holds a NUL.
    package init(_ string: String) throws(AgentError) {
        try self.init(bytes: Array(string.utf8))
    }

    /// The directory itself.
    static let current = FilePath(unchecked: [0x2E])

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A name as `readdir` gives it, which is never empty.
    init(component name: UnsafePointer<CChar>) {
        bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }

    /// `/tmp`
    package static let temporaryDirectory = FilePath(unchecked: Array("/tmp".utf8))
    /// `..`
    static let parentDirectory = FilePath(unchecked: [0x2E, 0x2E])
}

extension FilePath: CustomStringConvertible {
    /// Bytes that are not UTF-8 show as U+FFFD.
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension FilePath {
    /// Whether `description` is the path itself.
    var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// `percentEncoded` for a path that is not UTF-8, so that its description does not lead there; `nil` for others.
    package var percentEncodedIfNeeded: String? { isUTF8 ? nil : percentEncoded }

    /// The bytes with everything but unreserved characters and slashes percent-encoded (RFC 3986 §2).
    var percentEncoded: String {
        let kept = Set("-._~/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        return bytes.reduce(into: "") { text, byte in
            if kept.contains(byte) {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

extension FilePath {
    private static let slash = UInt8(ascii: "/")

    var isAbsolute: Bool { bytes.first == Self.slash }

    /// The part after the last slash, trailing slashes aside; `/` for the root.
    var lastComponent: ArraySlice<UInt8> {
        let trimmed = withoutTrailingSlashes
        return trimmed.lastIndex(of: Self.slash).map { trimmed.count == 1 ? trimmed : trimmed[($0 + 1)...] } ?? trimmed
    }

    /// The path of the directory that holds the last component: `.` when there is no slash, `/` for the root.
    package var parent: FilePath {
        guard let slash = withoutTrailingSlashes.lastIndex(of: Self.slash) else { return FilePath(unchecked: [0x2E]) }
        let end = bytes[..<slash].lastIndex { $0 != Self.slash }.map { $0 + 1 } ?? 1
        return FilePath(unchecked: Array(bytes[..<end]))
    }

    /// Whether the path can only mean a directory: it ends in a slash, in `.` or in `..`.
    var namesDirectory: Bool {
        bytes.last == Self.slash || lastComponent.elementsEqual([0x2E]) || lastComponent.elementsEqual([0x2E, 0x2E])
    }

    /// Whether this is `/`, `.` or `..`: a directory that is not named by what holds it.
    var isReserved: Bool {
        bytes == [Self.slash] || bytes == [0x2E] || bytes == FilePath.parentDirectory.bytes
    }

    /// What a symbolic link at this path that holds `target` leads to, one step on.
    func resolvingLink(to target: FilePath) -> FilePath {
        target.isAbsolute ? target : FilePath(unchecked: parent.bytes + [Self.slash] + target.bytes)
    }

    /// The path of the file `name` in the directory at this path.
    package func appending(_ name: FilePath) -> FilePath {
        FilePath(unchecked: bytes + (bytes.last == Self.slash ? [] : [Self.slash]) + name.bytes)
    }

    /// As `appending`, for a name as the kernel gives it.
    func appending(component name: some Collection<UInt8>) -> FilePath {
        FilePath(unchecked: bytes + (bytes.last == Self.slash ? [] : [Self.slash]) + name)
    }

    /// The path with the slashes at its end left out, those of the root aside.
    var trimmed: FilePath { FilePath(unchecked: Array(withoutTrailingSlashes)) }

    /// Lends the path as a C string.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
            buffer[bytes.count] = 0
            guard let start = buffer.baseAddress else { preconditionFailure("an allocation of at least one byte") }
            return try body(UnsafePointer(start))
        }
    }

    private var withoutTrailingSlashes: ArraySlice<UInt8> {
        let end = bytes.lastIndex { $0 != Self.slash }.map { $0 + 1 } ?? 1
        return bytes[..<end]
    }
}
