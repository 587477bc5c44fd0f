import AgentCore
import FSService
import HTTPTypes
import Hummingbird

/// The content of files, streamed both ways: `/fs/read_file` and `/fs/write_file`.
struct FileContentRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/read_file") { request, context in try await read(request, context) }
        table.put("/fs/write_file") { request, context in try await write(request, context) }
    }

    private func read(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let file = try await files.openForReading(FilePath(bytes: request.query.requiredBytes("path")))
        return .file(file, to: request, context: context, headers: [.contentType: "application/octet-stream"])
    }

    private func write(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let path = try FilePath(bytes: request.query.requiredBytes("path"))
        let options = try WriteOptions(request.query)
        if let coding = try ContentCoding(of: request.headers) {
            try await files.write(DecodedBody(body: request.body, coding: coding), to: path, options)
        } else {
            try await files.write(request.body, to: path, options)
        }
        return .empty(.created)
    }
}

extension WriteOptions {
    fileprivate init(_ query: QueryParameters) throws {
        let offset = try query.integer("offset", in: 0...Int.max)
        let isTruncating = try query.bool("truncate", default: false)
        if isTruncating, offset == nil {
            throw AgentError.invalidArgument("truncate needs offset: without it the body is the whole file anyway")
        }
        self.init(
            mode: try query["mode"].map { try FileMode(octal: $0) },
            placement: offset.map { .part(from: Int64($0), truncating: isTruncating) } ?? .whole,
            isDurable: try query.bool("fsync", default: false))
    }
}
