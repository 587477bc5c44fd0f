import AgentCore
import Glibc

/// The central directory of a zip, read before libarchive does (APPNOTE 6.3.9 §4.3).
///
/// It shows what libarchive would not: that the file ends where the archive does, how many entries there are before
/// memory is taken for them, and which are encrypted. And names flagged as UTF-8 lose that flag, in the spool: libarchive
/// would recode such a name, while the bytes it has are the name of the file.
struct ZipDirectory {
    private static let utf8Flag: UInt16 = 1 << 11
    private static let encryptedFlag: UInt16 = 1
    private static let endSize = 22
    private static let windowSize = 256 * 1024

    private let spool: Spool
    private var start: Int64 = 0
    private var end: Int64 = 0
    /// What has to be added to the offsets in the archive, which count from its own beginning.
    private var shift: Int64 = 0

    /// Finds the directory.
    ///
    /// - Throws: `invalidArgument` when the file does not end in one.
    init(of spool: Spool) throws(AgentError) {
        self.spool = spool
        let tailStart = max(0, spool.size - Int64(Self.endSize + Int(UInt16.max)))
        let tail = try bytes(at: tailStart, count: Int(spool.size - tailStart))
        guard let position = Self.endRecord(in: tail) else {
            throw .invalidArgument("the archive is not a whole zip: it does not end in a directory of its entries")
        }
        var size = Int64(tail.number(at: position + 12, UInt32.self))
        var offset = Int64(tail.number(at: position + 16, UInt32.self))
        end = tailStart + Int64(position)
        if let large = try largeRecord(before: end) {
            (size, offset, end) = (large.size, large.offset, large.position)
        }
        start = end - size
        shift = start - offset
        guard start >= 0, offset >= 0, shift >= 0 else { throw Self.corrupt }
    }

    /// Goes through all entries and returns how many they are.
    ///
    /// - Throws: `invalidArgument` for an encrypted entry, a name with a NUL byte or a damaged directory; `tooLarge` for
    ///   more than `maximumEntries`.
    func prepare(maximumEntries: Int) throws(AgentError) -> Int {
        var position = start
        var window = (start: start, bytes: [UInt8]())
        var count = 0
        while position < end {
            // 46 bytes and three fields of up to 65,535 each.
            let windowEnd = window.start + Int64(window.bytes.count)
            if position + 200_000 > windowEnd, windowEnd < end {
                window = (position, try bytes(at: position, count: Int(min(Int64(Self.windowSize), end - position))))
            }
            position += try visit(window.bytes, at: Int(position - window.start), position: position)
            count += 1
            guard count <= maximumEntries else {
                throw AgentError(.tooLarge, "the archive has more than \(maximumEntries) entries, the limit")
            }
        }
        return count
    }
}

extension ZipDirectory {
    private static let corrupt = AgentError.invalidArgument("the archive is damaged: its directory makes no sense")

    /// The record whose comment ends where the file does.
    private static func endRecord(in tail: [UInt8]) -> Int? {
        var position = tail.count - endSize
        while position >= 0 {
            if tail.number(at: position, UInt32.self) == 0x0605_4B50,
                position + endSize + Int(tail.number(at: position + 20, UInt16.self)) == tail.count
            {
                return position
            }
            position -= 1
        }
        return nil
    }

    /// The Zip64 record, by way of its locator right in front of `end`.
    private func largeRecord(before end: Int64) throws(AgentError) -> (size: Int64, offset: Int64, position: Int64)? {
        guard end >= 20 else { return nil }
        let locator = try bytes(at: end - 20, count: 20)
        guard locator.number(at: 0, UInt32.self) == 0x0706_4B50 else { return nil }
        let position = Int64(bitPattern: locator.number(at: 8, UInt64.self))
        guard position >= 0, position <= end - 76 else { throw Self.corrupt }
        let record = try bytes(at: position, count: 56)
        guard record.number(at: 0, UInt32.self) == 0x0606_4B50 else { throw Self.corrupt }
        let size = Int64(bitPattern: record.number(at: 40, UInt64.self))
        let offset = Int64(bitPattern: record.number(at: 48, UInt64.self))
        guard size >= 0, size <= position, offset >= 0 else { throw Self.corrupt }
        return (size, offset, position)
    }

    /// Looks at one record and returns its length.
    private func visit(_ window: [UInt8], at index: Int, position: Int64) throws(AgentError) -> Int64 {
        guard index + 46 <= window.count, window.number(at: index, UInt32.self) == 0x0201_4B50 else {
            throw Self.corrupt
        }
        let flags = window.number(at: index + 8, UInt16.self)
        let nameLength = Int(window.number(at: index + 28, UInt16.self))
        let extraLength = Int(window.number(at: index + 30, UInt16.self))
        let length = 46 + nameLength + extraLength + Int(window.number(at: index + 32, UInt16.self))
        guard index + length <= window.count else { throw Self.corrupt }
        let name = Array(window[(index + 46)..<(index + 46 + nameLength)])
        guard !name.contains(0) else { throw EntryPath.refused(name, "its name has a NUL byte") }
        guard flags & Self.encryptedFlag == 0 else { throw EntryPath.refused(name, "it is encrypted") }
        if flags & Self.utf8Flag != 0 {
            let extra = Array(window[(index + 46 + nameLength)..<(index + 46 + nameLength + extraLength)])
            let offset = Self.localOffset(window.number(at: index + 42, UInt32.self), window, index, extra)
            try clearFlag(at: position + 8, flags)
            try clearLocalFlag(at: offset &+ shift)
        }
        return Int64(length)
    }

    /// In the Zip64 field, the offset stands behind as many sizes as did not fit into the record (§4.5.3).
    private static func localOffset(_ short: UInt32, _ window: [UInt8], _ index: Int, _ extra: [UInt8]) -> Int64 {
        guard short == .max else { return Int64(short) }
        let sizes = [20, 24].count { window.number(at: index + $0, UInt32.self) == .max }
        var field = 0
        while field + 4 <= extra.count {
            let length = Int(extra.number(at: field + 2, UInt16.self))
            if extra.number(at: field, UInt16.self) == 1, length >= 8 * (sizes + 1), field + 4 + length <= extra.count {
                return Int64(bitPattern: extra.number(at: field + 4 + 8 * sizes, UInt64.self))
            }
            field += 4 + length
        }
        return Int64(short)
    }

    private func clearLocalFlag(at position: Int64) throws(AgentError) {
        guard position >= 0, position <= start - 30 else { throw Self.corrupt }
        let header = try bytes(at: position, count: 30)
        guard header.number(at: 0, UInt32.self) == 0x0403_4B50 else { throw Self.corrupt }
        try clearFlag(at: position + 6, header.number(at: 6, UInt16.self))
    }

    private func clearFlag(at position: Int64, _ flags: UInt16) throws(AgentError) {
        var cleared = (flags & ~Self.utf8Flag).littleEndian
        guard pwrite(spool.descriptor.number, &cleared, 2, off_t(position)) == 2 else {
            throw .internalError("the archive cannot be prepared", cause: "errno \(errno)")
        }
    }

    private func bytes(at position: Int64, count: Int) throws(AgentError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { buffer in
            pread(spool.descriptor.number, buffer.baseAddress, count, off_t(position))
        }
        guard result == count else { throw Self.corrupt }
        return bytes
    }
}

extension [UInt8] {
    /// A little-endian number. All of it must be there.
    fileprivate func number<Number: FixedWidthInteger>(at index: Int, _: Number.Type) -> Number {
        (0..<Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(self[index + $1]) }
    }
}
