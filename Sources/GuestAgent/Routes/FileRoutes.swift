import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird
import NIOCore

/// `/fs/*`: bodies are streamed both ways, everything else is one call of the service.
struct FileRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/read_file") { request, _ in try await read(request) }
        table.put("/fs/write_file") { request, _ in try await write(request) }
        table.get("/fs/list_files") { request, _ in
            let entries = try await files.list(FilePath(bytes: request.query.requiredBytes("path")))
            return try .json(entries.map(FileInfoResponse.init))
        }
        table.get("/fs/file_info") { request, _ in
            let info = try await files.info(of: FilePath(bytes: request.query.requiredBytes("path")))
            return try .json(FileInfoResponse(info))
        }
    }

    private func read(_ request: Request) async throws -> Response {
        let file = try await files.openForReading(FilePath(bytes: request.query.requiredBytes("path")))
        return .file(file, headers: [.contentType: "application/octet-stream"])
    }

    private func write(_ request: Request) async throws -> Response {
        let query = request.query
        let mode = try query["mode"].map { try FileMode(octal: $0) }
        try await files.write(request.body, to: FilePath(bytes: query.requiredBytes("path")), mode: mode)
        return .empty(.created)
    }
}

extension FileInfoResponse {
    fileprivate init(_ info: FileInfo) {
        self.init(
            name: info.name, path: info.path, size: Int(info.size), isDirectory: info.isDirectory,
            modificationTime: Timestamp(info.modificationTime), mode: info.modeDescription)
    }
}
