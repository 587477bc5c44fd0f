import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird
import NIOCore

/// The operations of `/fs/*` on names: listing, creating, moving, deleting. Each is one call of the service.
struct FileRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/list_files") { request, _ in try await list(request) }
        table.get("/fs/file_info") { request, _ in
            let info = try await files.info(of: FilePath(bytes: request.query.requiredBytes("path")))
            return try .json(FileInfoResponse(info))
        }
        table.put("/fs/create_directory") { request, context in
            let body = try await request.decodeJSON(CreateDirectoryRequest.self, context)
            let mode = try body.mode.map { try FileMode(octal: $0) } ?? .newDirectory
            try await files.createDirectory(FilePath(body.path), mode: mode)
            return .empty(.created)
        }
        table.put("/fs/delete_file") { request, context in
            try await files.deleteFile(FilePath(request.decodeJSON(PathRequest.self, context).path))
            return .empty()
        }
        table.put("/fs/delete_directory") { request, context in
            try await files.deleteDirectory(FilePath(request.decodeJSON(PathRequest.self, context).path))
            return .empty()
        }
        table.put("/fs/set_file_permissions") { try await setPermissions($0, $1) }
        table.put("/fs/move") { request, context in
            let body = try await request.decodeJSON(MoveRequest.self, context)
            try await files.move(FilePath(body.source), to: FilePath(body.destination))
            return .empty()
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        let path = try FilePath(bytes: query.requiredBytes("path"))
        let offset = try query.integer("offset", in: 0...Int.max) ?? 0
        let limit = try query.integer("limit", in: 1...Int.max)
        let page =
            try query.bool("recursive", default: false)
            ? await files.listTree(path, offset: offset, limit: limit, gathering: Self.json)
            : await files.list(path, offset: offset, limit: limit, gathering: Self.json)
        return .jsonArray(page.shares, headers: Self.headers(of: page))
    }

    /// The elements of an array, separated by commas.
    @Sendable private static func json(_ entries: [FileInfo]) -> ArraySlice<UInt8> {
        var json = JSONWriter(reservingBytes: entries.count * 384)
        for entry in entries {
            if !json.isEmpty { json.raw(",") }
            FileInfoResponse(entry).write(to: &json)
        }
        return json.bytes
    }

    /// The fields by which the API's own paging goes on.
    private static func headers(of page: DirectoryPage<ArraySlice<UInt8>>) -> HTTPFields {
        guard let nextOffset = page.nextOffset else { return [.hasMore: "false"] }
        return [.hasMore: "true", .nextOffset: "\(nextOffset)"]
    }

    private func setPermissions(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let body = try await request.decodeJSON(SetFilePermissionsRequest.self, context)
        try await files.setPermissions(
            of: FilePath(body.path), mode: FileMode(octal: body.mode), owner: body.owner, group: body.group)
        return .empty()
    }
}

extension Response {
    /// A JSON array put together of `pieces`, each of them elements separated by commas.
    fileprivate static func jsonArray(_ pieces: [ArraySlice<UInt8>], headers: HTTPFields) -> Response {
        var body = ByteBufferAllocator().buffer(capacity: pieces.reduce(2) { $0 + $1.count + 1 })
        body.writeStaticString("[")
        for (index, piece) in pieces.enumerated() where !piece.isEmpty {
            if index > 0 { body.writeStaticString(",") }
            body.writeBytes(piece)
        }
        body.writeStaticString("]")
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
