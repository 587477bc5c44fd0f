/// What precedes each piece of output in a journal's file.
///
/// It carries its own place in the output, so that a reader notices what was dropped or could not be written.
struct JournalRecord: Equatable {
    /// In bytes.
    static let headerSize = 16

    let stream: OutputStream
    /// Of the piece, in bytes.
    let length: Int
    /// How much output, of both streams, came before, in bytes.
    let offset: UInt64

    init(stream: OutputStream, length: Int, offset: UInt64) {
        self.stream = stream
        self.length = length
        self.offset = offset
    }

    /// Reads a header and sees that the whole piece follows it; `nil` when it does not.
    init?(leading bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.headerSize else { return nil }
        offset = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        length = Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        stream = bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self) == 0 ? .stdout : .stderr
        guard bytes.count - Self.headerSize >= length else { return nil }
    }

    func write(to buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: offset, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: UInt32(length), toByteOffset: 8, as: UInt32.self)
        buffer.storeBytes(of: stream == .stdout ? 0 : 1, toByteOffset: 12, as: UInt32.self)
    }
}
