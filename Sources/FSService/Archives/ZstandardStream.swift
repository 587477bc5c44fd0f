import AgentCore
import CArchive
import Glibc

/// The decompressed content of a spool that holds frames of Zstandard.
final class ZstandardStream {
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    private static let blockSize = 256 * 1024
    /// Blocks of zeros may follow a tar archive; no tool writes more.
    private static let maximumPadding = 16 << 20

    private let handle: ReadHandle
    private(set) var failure: AgentError?
    private var isAtEnd = false
    private var lastBlock = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Bytes lent so far.
    private var position: Int64 = 0

    init(_ spool: Spool) throws(AgentError) {
        handle = try ReadHandle()
        try Self.requireMagic(spool)
        try handle.check(archive_read_support_filter_zstd(handle.pointer))
        try handle.check(archive_read_support_format_raw(handle.pointer))
        try handle.check(archive_read_open_fd(handle.pointer, spool.descriptor.number, Self.blockSize))
        var entry: OpaquePointer?
        try handle.check(archive_read_next_header(handle.pointer, &entry))
    }

    /// Lends the next block, valid until the next call; an empty one at the end, or `nil` after a `failure`.
    func next() -> UnsafeRawBufferPointer? {
        guard !isAtEnd else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let result = archive_read_data_block(handle.pointer, &start, &count, &offset)
        if result == ARCHIVE_EOF {
            isAtEnd = true
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        guard result == ARCHIVE_OK else {
            failure = handle.failure()
            return nil
        }
        lastBlock = UnsafeRawBufferPointer(start: start, count: count)
        position += Int64(count)
        return lastBlock
    }

    /// Reads on from `used` bytes to the end of the spool, so that nothing there goes unnoticed, neither damage nor what
    /// does not belong to the archive.
    func drain(from used: Int64) throws(AgentError) {
        var rest = UnsafeRawBufferPointer(rebasing: lastBlock.suffix(Int(clamping: position - used)))
        var padding = 0
        repeat {
            padding += rest.count
            guard padding <= Self.maximumPadding, rest.allSatisfy({ $0 == 0 }) else {
                throw .invalidArgument("the archive is damaged: there is something behind its end")
            }
            guard let next = next() else { break }
            rest = next
        } while !rest.isEmpty
        if let failure { throw failure }
    }

    private static func requireMagic(_ spool: Spool) throws(AgentError) {
        var bytes = [UInt8](repeating: 0, count: 4)
        guard pread(spool.descriptor.number, &bytes, 4, 0) == 4 else {
            throw .invalidArgument("the archive is empty: a tar archive compressed with zstd is expected")
        }
        guard bytes != magic else { return }
        let isZip = bytes.starts(with: Array("PK".utf8))
        throw .invalidArgument(
            "a tar archive compressed with zstd is expected" + (isZip ? ", and this is a zip archive" : ""))
    }
}
