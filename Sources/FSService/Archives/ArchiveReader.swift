import AgentCore
import CArchive
import Glibc
import NIOCore

/// Reads the entries of an archive in shares of bounded size, and refuses what must not be unpacked.
///
/// All methods block for as long as decompressing takes; one caller at a time.
// SAFETY: the call that owns it hands it to one thread at a time and waits for each call before the next.
final class ArchiveReader: @unchecked Sendable {
    private static let shareSize = 1024 * 1024
    /// An item costs memory beside its data.
    private static let maximumItems = 1024

    private let spool: Spool
    private let limits: UnpackLimits
    private let stripping: Int
    private let handle: ReadHandle
    /// What `handle` reads from, if not the spool itself.
    private let stream: ZstandardStream?
    private var entries = 0
    /// Of the files before the current one.
    private var bytes: Int64 = 0
    private var currentSize: Int64 = 0
    private var isInFile = false
    private var isAtEnd = false

    /// - Throws: `invalidArgument` when the spool does not hold an archive of this format.
    init(
        _ spool: Spool, _ format: ArchiveFormat, stripping: Int, limits: UnpackLimits
    ) throws(AgentError) {
        self.spool = spool
        self.limits = limits
        self.stripping = stripping
        handle = try ReadHandle()
        lseek(spool.descriptor.number, 0, SEEK_SET)
        switch format {
        case .zip:
            stream = nil
            // libarchive does not take a zip without entries for one.
            isAtEnd = try ZipDirectory(of: spool).prepare(maximumEntries: limits.entries) == 0
            if !isAtEnd { try Self.openZip(spool, handle) }
        case .tarZstd:
            let stream = try ZstandardStream(spool)
            self.stream = stream
            try Self.openTar(stream, handle)
        }
    }

    /// About a megabyte more of the archive, or `nil` when all of it was read and found whole.
    ///
    /// - Throws: `invalidArgument` for what is damaged or must not be unpacked, `tooLarge` beyond the limits; both say
    ///   what it is.
    func next() throws(AgentError) -> UnpackBatch? {
        // Names are bytes: the locale of the process has no say in them.
        try ArchiveLocale.bytes.use { () throws(AgentError) in
            var batch = UnpackBatch(capacity: Self.shareSize + Self.shareSize / 4)
            while !isAtEnd, batch.data.readableBytes < Self.shareSize, batch.items.count < Self.maximumItems {
                try isInFile ? readData(into: &batch) : readHeader(into: &batch)
            }
            return batch.items.isEmpty ? nil : batch
        }
    }
}

extension ArchiveReader {
    private static func openZip(_ spool: Spool, _ handle: ReadHandle) throws(AgentError) {
        try handle.check(archive_read_support_format_zip_seekable(handle.pointer))
        try handle.check(archive_read_open_fd(handle.pointer, spool.descriptor.number, 64 * 1024))
    }

    private static func openTar(_ stream: ZstandardStream, _ handle: ReadHandle) throws(AgentError) {
        try handle.check(archive_read_support_format_tar(handle.pointer))
        let context = Unmanaged.passUnretained(stream).toOpaque()
        let result = archive_read_open(
            handle.pointer, context, nil,
            { _, context, block in
                guard let context,
                    let next = Unmanaged<ZstandardStream>.fromOpaque(context).takeUnretainedValue().next()
                else { return -1 }
                block?.pointee = next.baseAddress
                return next.count
            }, nil)
        try check(result, handle, stream)
    }

    /// The stream below knows better what is wrong than the archive that is made of it.
    private static func check(
        _ result: Int32, _ handle: ReadHandle, _ stream: ZstandardStream?
    ) throws(AgentError) {
        if result < ARCHIVE_WARN { throw stream?.failure ?? handle.failure() }
    }

    private func readHeader(into batch: inout UnpackBatch) throws(AgentError) {
        var header: OpaquePointer?
        let result = archive_read_next_header(handle.pointer, &header)
        if result == ARCHIVE_EOF {
            isAtEnd = true
            try stream?.drain(from: archive_filter_bytes(handle.pointer, 0))
            return
        }
        try Self.check(result, handle, stream)
        guard let header else { throw handle.failure() }
        let description = EntryHeader(header)
        try count(description)
        guard let entry = try description.entry(stripping: stripping, maximumDepth: limits.depth) else { return }
        batch.items.append(.entry(entry))
        if case .file = entry.content { isInFile = true }
    }

    private func readData(into batch: inout UnpackBatch) throws(AgentError) {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let result = archive_read_data_block(handle.pointer, &start, &count, &offset)
        if result == ARCHIVE_EOF {
            isInFile = false
            return
        }
        // Here a warning means that sizes or sums do not agree.
        guard result == ARCHIVE_OK, count >= 0, offset >= 0 else { throw stream?.failure ?? handle.failure() }
        guard count > 0 else { return }
        let (end, overflow) = offset.addingReportingOverflow(Int64(count))
        guard !overflow else { throw handle.failure() }
        if end > currentSize { currentSize = end }
        try checkSize()
        batch.data.writeBytes(UnsafeRawBufferPointer(start: start, count: count))
        batch.items.append(.data(offset: offset, count: count))
    }
}

extension ArchiveReader {
    private func count(_ header: EntryHeader) throws(AgentError) {
        entries += 1
        guard entries <= limits.entries else {
            throw AgentError(.tooLarge, "the archive has more than \(limits.entries) entries, the limit")
        }
        bytes += currentSize
        currentSize = max(0, header.size ?? 0)
        try checkSize()
    }

    private func checkSize() throws(AgentError) {
        let (total, overflow) = bytes.addingReportingOverflow(currentSize)
        guard !overflow, total <= limits.bytes else {
            throw AgentError(.tooLarge, "the archive unpacks to more than \(limits.bytes) bytes, the limit")
        }
        guard total <= limits.ratioFloor || total / limits.ratio <= spool.size else {
            throw AgentError(
                .tooLarge, "the archive unpacks to more than \(limits.ratio) times its size, the limit")
        }
    }
}
