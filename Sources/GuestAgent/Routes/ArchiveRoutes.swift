import AgentCore
import FSService
import HTTPTypes
import Hummingbird

/// Whole directories as archives, made while they are sent: `/fs/download_dir_zip` and `/fs/download_dir_zstd`.
struct ArchiveRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/download_dir_zip") { request, _ in
            try await download(request, as: .zip, contentType: "application/zip")
        }
        table.get("/fs/download_dir_zstd") { request, _ in
            try await download(request, as: .tarZstd, contentType: "application/zstd")
        }
    }

    private func download(_ request: Request, as format: ArchiveFormat, contentType: String) async throws -> Response {
        let query = request.query
        let archive = try await files.pack(
            FilePath(bytes: query.requiredBytes("path")), as: format, level: level(query["compression_level"]))
        return Response(status: .ok, headers: [.contentType: contentType], body: .archive(archive))
    }

    private func level(_ text: String?) throws -> CompressionLevel {
        guard let text, !text.isEmpty else { return .default }
        guard let level = CompressionLevel(rawValue: text) else {
            let levels = CompressionLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw AgentError.invalidArgument("compression_level must be one of \(levels), not \"\(text)\"")
        }
        return level
    }
}

extension ResponseBody {
    /// The next chunk is made when the client has taken the last one. When the tree cannot be read to its end the
    /// connection is cut, so that the client does not take the part for the whole.
    fileprivate static func archive(_ archive: PackedDirectory) -> ResponseBody {
        ResponseBody { writer in
            for try await chunk in archive { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
    }
}
