import AgentAPI
import AgentCore
import FSService
import Hummingbird
import NIOCore

/// `/fs/find` and `/fs/search`: what is found, one JSON object a line, as it is found.
struct FindRoutes {
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.get("/fs/find") { request, context in
            let found = try await files.find(Self.findQuery(request.query))
            return JSONLines.response(in: context, elements: found) { batch, buffer in
                Self.write(batch, to: &buffer) { FileInfoResponse($0).write(to: &$1) }
            }
        }
        table.get("/fs/search") { request, context in
            let query = try Self.searchQuery(request.query)
            let hasContext = query.context > 0
            let found = try await files.search(query)
            return JSONLines.response(in: context, elements: found) { batch, buffer in
                Self.write(batch, to: &buffer) { SearchHitResponse($0, hasContext: hasContext).write(to: &$1) }
            }
        }
    }

    private static func findQuery(_ query: QueryParameters) throws -> FindQuery {
        var wanted = FindQuery(try FilePath(bytes: query.requiredBytes("path")))
        wanted.pattern = try glob(query["pattern"])
        wanted.kind = try kind(query["type"])
        wanted.maximumDepth = try query.integer("max_depth", in: 1...Int.max) ?? .max
        wanted.limit = try query.integer("limit", in: 1...Int.max) ?? .max
        wanted.includesHidden = try query.bool("hidden", default: true)
        return wanted
    }

    private static func searchQuery(_ query: QueryParameters) throws -> SearchQuery {
        var wanted = SearchQuery(
            try FilePath(bytes: query.requiredBytes("path")), for: try query.required("query"))
        wanted.isRegularExpression = try query.bool("regex", default: false)
        wanted.ignoresCase = try query.bool("ignore_case", default: false)
        wanted.pattern = try glob(query["glob"])
        wanted.sizeLimit = Int64(try query.integer("max_file_size", in: 0...Int.max) ?? .max)
        wanted.limit = try query.integer("limit", in: 1...Int.max) ?? .max
        wanted.context = try query.integer("context", in: 0...20) ?? 0
        wanted.includesHidden = try query.bool("hidden", default: true)
        return wanted
    }

    private static func glob(_ pattern: String?) throws -> Glob? {
        guard let pattern, !pattern.isEmpty else { return nil }
        return try Glob(pattern)
    }

    private static func kind(_ name: String?) throws -> FileKind? {
        switch name {
        case nil, "": nil
        case "file": .regular
        case "directory": .directory
        case "symlink": .symbolicLink
        case .some(let other):
            throw AgentError.invalidArgument(
                "query parameter type must be file, directory or symlink, not \"\(other)\"")
        }
    }

    private static func write<Value>(
        _ batch: [Found<Value>], to buffer: inout ByteBuffer, _ encode: (Value, inout JSONWriter) -> Void
    ) {
        var json = JSONWriter(reservingBytes: batch.count * 320)
        for item in batch {
            switch item {
            case .found(let value): encode(value, &json)
            case .failure(let path, let error):
                SearchFailureResponse(path: path.description, error: error.message).write(to: &json)
            }
            json.raw("\n")
        }
        buffer.writeBytes(json.bytes)
    }
}

extension SearchHitResponse {
    fileprivate init(_ hit: SearchHit, hasContext: Bool) {
        self.init(
            path: hit.path.description, percentEncodedPath: hit.path.percentEncodedIfNeeded, line: hit.line,
            column: hit.column, text: hit.text, before: hasContext ? hit.before : nil,
            after: hasContext ? hit.after : nil)
    }
}
