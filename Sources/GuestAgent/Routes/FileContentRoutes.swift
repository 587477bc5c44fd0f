import AgentCore
import FSService
import HTTPTypes
import Hummingbird

/// The content of files, streamed both ways: `/fs/read_file` and `/fs/write_file`.
struct FileContentRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/read_file") { request, context in try await read(request, context) }
        table.put("/fs/write_file") { request, context in
            try await context.onEventLoop { try await write(request) }
        }
    }

    private func read(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let file = try await files.openForReading(FilePath(bytes: request.query.requiredBytes("path")))
        return .file(file, to: request, context: context, headers: [.contentType: "application/octet-stream"])
    }

    private func write(_ request: Request) async throws -> Response {
        let query = request.query
        let mode = try query["mode"].map { try FileMode(octal: $0) }
        let path = try FilePath(bytes: query.requiredBytes("path"))
        if let coding = try ContentCoding(of: request.headers) {
            try await files.write(DecodedBody(body: request.body, coding: coding), to: path, mode: mode)
        } else {
            try await files.write(request.body, to: path, mode: mode)
        }
        return .empty(.created)
    }
}
