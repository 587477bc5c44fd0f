import AgentCore
import NIOCore

/// Makes one zip of several that libarchive writes side by side (APPNOTE 6.3.9 §4.3).
///
/// The entries of each go out as they are; its directory is kept, with the offsets they have now, for the end.
struct ZipAssembler {
    private static let endSize = 22
    private static let largeEndSize = 56
    private static let locatorSize = 20
    private static let recordSize = 46

    private var directory = ByteBuffer()
    private var count = 0
    /// Bytes that have gone out.
    private var position: UInt64 = 0
    /// Where the archive that is being added begins.
    private var start: UInt64 = 0

    /// Takes a part of an archive that `complete` will take the end of.
    mutating func add(_ bytes: ByteBuffer) -> ByteBuffer {
        position += UInt64(bytes.readableBytes)
        return bytes
    }

    /// Takes the end of an archive, or all of it, and returns what is to go out: all but its directory.
    mutating func complete(_ bytes: ByteBuffer) throws(AgentError) -> ByteBuffer {
        var bytes = bytes
        var end = bytes.readableBytes - Self.endSize
        guard end >= 0, var size = bytes.little(at: end + 12, UInt32.self).map(UInt64.init) else { throw Self.broken }
        let largeEnd = end - Self.locatorSize - Self.largeEndSize
        if largeEnd >= 0, bytes.little(at: largeEnd, UInt32.self) == 0x0606_4B50 {
            size = bytes.little(at: largeEnd + 40, UInt64.self) ?? size
            end = largeEnd
        }
        guard size <= end, let entries = bytes.readSlice(length: end - Int(size)),
            var records = bytes.readSlice(length: Int(size))
        else { throw Self.broken }
        while records.readableBytes > 0 { try keep(&records) }
        position += UInt64(entries.readableBytes)
        start = position
        return entries
    }

    /// The directory of all, which ends the archive.
    mutating func finish() -> ByteBuffer {
        let size = UInt64(directory.readableBytes)
        if count >= Int(UInt16.max) || position >= UInt32.max || size >= UInt32.max { writeLargeEnd(size) }
        let shortCount = UInt16(clamping: count)
        directory.writeMultipleIntegers(UInt32(0x0605_4B50), UInt32(0), shortCount, shortCount, endianness: .little)
        directory.writeMultipleIntegers(
            UInt32(clamping: size), UInt32(clamping: position), UInt16(0), endianness: .little)
        return exchange(&directory, with: ByteBuffer())
    }
}

extension ZipAssembler {
    private static let broken = AgentError.internalError(
        "the archive cannot be written", cause: "libarchive wrote a zip without the directory that is expected")

    /// Moves one record to the directory of all.
    private mutating func keep(_ records: inout ByteBuffer) throws(AgentError) {
        guard records.little(at: 0, UInt32.self) == 0x0201_4B50, let name = records.little(at: 28, UInt16.self),
            let extra = records.little(at: 30, UInt16.self), let comment = records.little(at: 32, UInt16.self),
            let offset = records.little(at: 42, UInt32.self), offset != .max,
            var record = records.readSlice(length: Self.recordSize + Int(name) + Int(extra) + Int(comment))
        else { throw Self.broken }
        count += 1
        let moved = start + UInt64(offset)
        record.setInteger(UInt32(clamping: moved), at: record.readerIndex + 42, endianness: .little)
        if moved < UInt32.max {
            directory.writeBuffer(&record)
        } else {
            try keepLarge(record, offset: moved, nameLength: Int(name), extraLength: Int(extra))
        }
    }

    /// Writes a record whose offset needs a Zip64 field (§4.5.3): behind the sizes, in the one that has them.
    private mutating func keepLarge(
        _ record: ByteBuffer, offset: UInt64, nameLength: Int, extraLength: Int
    ) throws(AgentError) {
        var record = record
        guard var head = record.readSlice(length: Self.recordSize + nameLength),
            let extra = record.readSlice(length: extraLength)
        else { throw Self.broken }
        var sizes = ByteBuffer()
        var others = ByteBuffer()
        var fields = extra
        while let id = fields.little(at: 0, UInt16.self), let length = fields.little(at: 2, UInt16.self),
            var field = fields.readSlice(length: 4 + Int(length))
        {
            if id == 1 { field.moveReaderIndex(forwardBy: 4) }
            _ = id == 1 ? sizes.writeBuffer(&field) : others.writeBuffer(&field)
        }
        let grown = others.readableBytes + 4 + sizes.readableBytes + 8
        head.setInteger(UInt16(clamping: grown), at: head.readerIndex + 30, endianness: .little)
        directory.writeBuffer(&head)
        directory.writeMultipleIntegers(UInt16(1), UInt16(sizes.readableBytes + 8), endianness: .little)
        directory.writeBuffer(&sizes)
        directory.writeInteger(offset, endianness: .little)
        directory.writeBuffer(&others)
        directory.writeBuffer(&record)
    }

    /// The Zip64 end record and its locator (§4.3.14, §4.3.15).
    private mutating func writeLargeEnd(_ size: UInt64) {
        let place = position + size
        directory.writeMultipleIntegers(
            UInt32(0x0606_4B50), UInt64(Self.largeEndSize - 12), UInt16(0x032D), UInt16(45), UInt64(0),
            endianness: .little)
        directory.writeMultipleIntegers(UInt64(count), UInt64(count), size, position, endianness: .little)
        directory.writeMultipleIntegers(UInt32(0x0706_4B50), UInt32(0), place, UInt32(1), endianness: .little)
    }
}

extension ByteBuffer {
    /// The little-endian number `offset` bytes from the reader index.
    fileprivate func little<Number: FixedWidthInteger>(at offset: Int, _: Number.Type) -> Number? {
        offset < 0 ? nil : getInteger(at: readerIndex + offset, endianness: .little, as: Number.self)
    }
}
