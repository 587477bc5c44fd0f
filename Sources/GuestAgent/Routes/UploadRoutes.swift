import AgentCore
import FSService
import Hummingbird

/// Uploads as forms, the way browsers and SDKs send files.
struct UploadRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.post("/fs/upload") { request, _ in
            try await UploadForm(files: files).write(MultipartForm(request))
            return .empty(.created)
        }
        table.post("/fs/upload_zip") { request, _ in try await unpack(request, as: .zip, field: "zip_file") }
        table.post("/fs/upload_zstd") { request, _ in try await unpack(request, as: .tarZstd, field: "archive") }
    }

    private func unpack(_ request: Request, as format: ArchiveFormat, field: String) async throws -> Response {
        let form = try await ArchiveForm(
            MultipartForm(request), archiveField: field, takesStripComponents: format == .tarZstd, files: files)
        try await files.unpack(
            form.archive, as: format, into: form.destination, stripComponents: form.stripComponents)
        return .empty(.created)
    }
}

extension FilePath {
    /// - Parameter field: where the path was given, for the message.
    /// - Throws: `invalidArgument` for a path that does not begin with a slash.
    init(absolute text: String, field: String) throws(AgentError) {
        guard text.hasPrefix("/") else {
            throw .invalidArgument("\(field) must be an absolute path, beginning with a slash, not \"\(text)\"")
        }
        try self.init(text)
    }
}
