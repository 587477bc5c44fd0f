import AgentCore
import Glibc

extension FileSystemService {
    /// Unpacks an archive into a directory, all of it or nothing.
    ///
    /// The entries are unpacked out of sight, on the file system of the target, and moved into place when all of them
    /// are there: directories are merged, files replace files. Directories that are missing are created, those that are
    /// there keep their mode. Modes, with setuid, setgid and sticky, times and links are those of the archive whatever
    /// the umask; the owner is the agent's user. Of two entries with one name the later wins.
    ///
    /// Nothing outside of `target` is touched: names that are absolute or go up, links that leave the target, and
    /// entries behind links are refused, and so are devices, FIFOs and sockets.
    ///
    /// When it throws, or the task is cancelled, the target is as it was.
    ///
    /// - Parameters:
    ///   - target: an absolute path; links are followed.
    ///   - stripComponents: how many leading components to leave out of names and of what hard links point to. Entries
    ///     with fewer are left out.
    /// - Throws: `invalidArgument`, naming the entry, for what must not be unpacked, for a damaged archive and one of
    ///   another format; `tooLarge` beyond ``UnpackLimits``; `conflict` when a file is where a directory would go, or
    ///   the other way round; `permissionDenied`; `insufficientStorage`.
    package func unpack(
        _ spool: Spool, as format: ArchiveFormat, into target: FilePath, stripComponents: Int = 0
    ) async throws {
        guard target.isAbsolute else {
            throw AgentError.invalidArgument("the destination \(target) must be an absolute path, beginning with /")
        }
        let (reader, extraction) = try await archiving.run { [unpackLimits, diskFloor] () throws(AgentError) in
            let reader = try ArchiveReader(spool, format, stripping: stripComponents, limits: unpackLimits)
            return (reader, try Extraction(into: target, leaving: diskFloor))
        }
        do {
            try await transfer(from: reader, to: extraction)
            try await archiving.run { () throws(AgentError) in try extraction.publish() }
        } catch {
            await archiving.runAlways { extraction.discard() }
            throw error
        }
    }

    /// While one share is written to disk the next one is decompressed, on two threads.
    private func transfer(from reader: ArchiveReader, to extraction: Extraction) async throws {
        var pending = try await archiving.run { () throws(AgentError) in try reader.next() }
        while let batch = pending {
            async let upcoming = archiving.run { () throws(AgentError) in try reader.next() }
            try await archiving.run { () throws(AgentError) in try extraction.write(batch) }
            pending = try await upcoming
        }
    }
}
