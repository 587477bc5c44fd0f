import AgentCore
import CArchive
import Glibc
import NIOCore

/// One archive being written by libarchive, into memory, a share at a time.
///
/// All methods block for as long as compressing takes; one caller at a time.
// SAFETY: the sequence that owns it hands it to one thread at a time and waits for each call before the next.
final class ArchiveWriter: @unchecked Sendable {
    /// What libarchive has put out and nobody has taken yet.
    private final class Output {
        var bytes = ByteBuffer()
    }

    private let format: ArchiveFormat
    private let archive: OpaquePointer
    private let output = Output()

    init(_ format: ArchiveFormat, level: CompressionLevel) throws(AgentError) {
        guard let archive = archive_write_new() else { throw .unavailable("no memory is left for an archive") }
        self.format = format
        self.archive = archive
        switch format {
        case .zip:
            try check(archive_write_set_format_zip(archive))
        case .tarZstd:
            try check(archive_write_set_format_pax(archive))
            try check(archive_write_add_filter_zstd(archive))
        }
        try check(archive_write_set_options(archive, "compression-level=\(Self.level(level, format))"))
        // What is put out goes on at once, and nothing is filled up to a tape's block.
        try check(archive_write_set_bytes_per_block(archive, 0))
        try check(
            archive_write_open(
                archive, Unmanaged.passUnretained(output).toOpaque(), nil,
                { _, context, bytes, count in
                    guard let context, let bytes else { return -1 }
                    let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                    return output.bytes.writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
                }, nil))
    }

    deinit {
        // Freeing an archive that is not closed would complete it first.
        archive_write_fail(archive)
        archive_write_free(archive)
    }

    /// Compresses `batch` and returns what can go out: not all of it yet, perhaps nothing.
    ///
    /// - Throws: `invalidArgument` when the format has no place for a name.
    func write(_ batch: PackBatch) throws(AgentError) -> ByteBuffer {
        var data = batch.data
        for (index, item) in batch.items.enumerated() {
            switch item {
            case .entry(let entry):
                if format == .zip { try chooseCompression(for: batch.items.dropFirst(index + 1).first, data) }
                try begin(entry)
            case .data(let count):
                guard let bytes = data.readSlice(length: count) else { preconditionFailure("a batch has its data") }
                try write(bytes)
            }
        }
        return takeOutput()
    }

    /// A whole archive of `batch`, which begins and ends between two files.
    static func archive(
        _ batch: PackBatch, _ format: ArchiveFormat, level: CompressionLevel
    ) throws(AgentError) -> ByteBuffer {
        let writer = try ArchiveWriter(format, level: level)
        var archive = try writer.write(batch)
        var end = try writer.finish()
        archive.writeBuffer(&end)
        return archive
    }

    /// Completes the archive and returns its end.
    func finish() throws(AgentError) -> ByteBuffer {
        try ArchiveLocale.utf8.use { () throws(AgentError) in try check(archive_write_close(archive)) }
        return takeOutput()
    }
}

extension ArchiveWriter {
    /// Those of Zstandard take about as long as the levels of the same name in Go's encoder, which clients know.
    private static func level(_ level: CompressionLevel, _ format: ArchiveFormat) -> Int {
        switch (format, level) {
        case (.tarZstd, .fastest), (.zip, .fastest): 1
        case (.tarZstd, .default): 3
        case (.tarZstd, .better): 7
        case (.tarZstd, .best): 11
        // Level 2 to 5 take longer than 1 for one or two per cent.
        case (.zip, .default): 1
        case (.zip, .better): 6
        case (.zip, .best): 9
        }
    }

    private func takeOutput() -> ByteBuffer {
        exchange(&output.bytes, with: ByteBuffer())
    }

    /// Deflating what is compressed already takes longest and gains nothing.
    private func chooseCompression(for item: PackBatch.Item?, _ data: ByteBuffer) throws(AgentError) {
        guard case .data(let count) = item, let bytes = data.getSlice(at: data.readerIndex, length: count) else {
            return
        }
        try check(
            bytes.withUnsafeReadableBytes(ByteEntropy.isCompressed)
                ? archive_write_zip_set_compression_store(archive)
                : archive_write_zip_set_compression_deflate(archive))
    }

    private func begin(_ entry: PackEntry) throws(AgentError) {
        if format == .zip, entry.path.count >= UInt16.max {
            throw .invalidArgument(
                "a path in the directory is \(entry.path.count) bytes long, zip takes 65534: use zstd")
        }
        guard let header = archive_entry_new() else { throw .unavailable("no memory is left for an archive") }
        defer { archive_entry_free(header) }
        entry.describe(to: header)
        // A zip says of each name whether it is UTF-8; tar writes what is not as it is, in either locale.
        let isText = String(validating: entry.path, as: UTF8.self) != nil
        let locale: ArchiveLocale = isText ? .utf8 : .bytes
        try locale.use { () throws(AgentError) in try check(archive_write_header(archive, header)) }
    }

    private func write(_ bytes: ByteBuffer) throws(AgentError) {
        let result = bytes.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = archive_write_data(archive, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count <= 0 { return -1 }
                done += count
            }
            return done
        }
        if result < 0 { throw failure() }
    }

    private func check(_ result: Int32) throws(AgentError) {
        // A warning is how libarchive says that a name is not UTF-8.
        if result < ARCHIVE_WARN { throw failure() }
    }

    private func failure() -> AgentError {
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return .internalError("the archive cannot be written", cause: reason)
    }
}
