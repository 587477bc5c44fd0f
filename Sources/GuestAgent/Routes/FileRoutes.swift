import AgentAPI
import AgentCore
import FSService
import Hummingbird

/// The operations of `/fs/*` on names: listing, creating, moving, deleting. Each is one call of the service.
struct FileRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/list_files") { request, _ in
            let entries = try await files.list(FilePath(bytes: request.query.requiredBytes("path")))
            return try .json(entries.map(FileInfoResponse.init))
        }
        table.get("/fs/file_info") { request, _ in
            let info = try await files.info(of: FilePath(bytes: request.query.requiredBytes("path")))
            return try .json(FileInfoResponse(info))
        }
    }
}

extension FileInfoResponse {
    fileprivate init(_ info: FileInfo) {
        self.init(
            name: info.name, path: info.path, size: Int(info.size), isDirectory: info.isDirectory,
            modificationTime: Timestamp(info.modificationTime), mode: info.modeDescription)
    }
}
