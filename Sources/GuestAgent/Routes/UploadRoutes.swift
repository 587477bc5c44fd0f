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
