import AgentCore
import FSService
import HTTPTypes
import Hummingbird

/// `/extensions/…`: the files of uploaded extensions, for Chromium to fetch those that a policy installs.
struct ExtensionFileRoutes {
    private static let types = [
        "crx": "application/x-chrome-extension", "xml": "text/xml; charset=utf-8", "json": "application/json",
        "js": "text/javascript; charset=utf-8", "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "png": "image/png", "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8", "zip": "application/zip",
    ]

    let files: FileSystemService
    let directory: String

    func add(to table: inout RouteTable) {
        table.get("/extensions") { _, _ in try await listing(of: FilePath(directory)) }
        table.get("/extensions/**") { request, context in
            let path = try file(context.parameters.getCatchAll().map(String.init))
            let file: ReadableFile
            do {
                file = try await files.openForReading(path)
            } catch let error as AgentError where error.code == .invalidArgument {
                return try await listing(of: path)
            }
            return .file(file, to: request, context: context, headers: [.contentType: type(of: path)])
        }
    }

    /// Throws `notFound` for what would lead out of the directory, and for uploads that are not complete.
    private func file(_ components: [String]) throws -> FilePath {
        let decoded = components.map {
            String(decoding: URLQuery.decode($0.utf8, readingPlus: false), as: UTF8.self)
        }
        guard decoded.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("/") }) else {
            throw AgentError.notFound("there is no such file of an extension")
        }
        return try FilePath(([directory] + decoded).joined(separator: "/"))
    }

    private func type(of path: FilePath) -> String {
        let name = path.description.split(separator: "/").last ?? ""
        let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return Self.types[suffix] ?? "application/octet-stream"
    }

    private func listing(of path: FilePath) async throws -> Response {
        let shares = try await files.list(path) { $0.map { $0.name + ($0.isDirectory ? "/" : "") } }.shares
        let links = shares.joined().filter { !$0.hasPrefix(".") }.map {
            "<li><a href=\"\($0.escaped)\">\($0.escaped)</a>"
        }
        let page = "<!doctype html><meta charset=utf-8><ul>\(links.joined(separator: "\n"))</ul>"
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
}

extension String {
    fileprivate var escaped: String {
        reduce(into: "") { text, character in
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case "\"": text += "&quot;"
            default: text.append(character)
            }
        }
    }
}
