extension FileSystemService {
    /// Appends what `spool` holds to a file that is being written.
    package func write(_ spool: Spool, to file: inout FileWriter) async throws {
        for try await chunk in contents(of: spool) { try await file.write(chunk) }
    }
}
