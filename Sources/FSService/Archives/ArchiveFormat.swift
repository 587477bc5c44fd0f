/// The kinds of archive that directories are sent and taken as.
package enum ArchiveFormat: Sendable, Hashable, CaseIterable {
    /// PKWARE's APPNOTE 6.3, deflated or stored, with Zip64 where sizes ask for it.
    case zip
    /// POSIX.1-2001 pax interchange format in one frame of Zstandard (RFC 8878).
    case tarZstd
}

/// How much time compressing may take for how small an archive. The raw value is what clients say.
package enum CompressionLevel: String, Sendable, CaseIterable {
    case fastest, `default`, better, best
}
