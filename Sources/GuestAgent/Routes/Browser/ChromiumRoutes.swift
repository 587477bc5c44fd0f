import AgentAPI
import AgentCore
import BrowserControl
import FSService
import HTTPTypes
import Hummingbird

/// `/chromium/*`: what Chromium is started with, and what it starts from.
struct ChromiumRoutes {
    let browser: BrowserControl
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.add(.patch, "/chromium/flags") { request, context in
            var change = SetupChange()
            try change.add(flags: try await request.decodeJSON(ChromiumFlagsRequest.self, context))
            return try await apply(change, answering: .ok)
        }
        table.add(.patch, "/chromium/policies") { request, context in
            var change = SetupChange()
            try change.add(policies: try await request.decodeJSON([String: JSONValue].self, context))
            return try await apply(change, answering: .ok)
        }
        table.post("/chromium/upload-extensions-and-restart") { request, _ in try await upload(request, live: false) }
        table.post("/chromium/upload-extensions") { request, _ in try await upload(request, live: true) }
        table.get("/chromium/profile") { request, _ in
            // Packing pauses the browser, which nobody does who asks for a head.
            guard request.method == .get else { return Response(status: .ok, headers: Response.archiveHeaders) }
            return .spool(try await browser.packProfile(), of: files)
        }
    }

    private func upload(_ request: Request, live: Bool) async throws -> Response {
        var change = SetupChange()
        change.prefersLiveExtensions = live
        let form = try MultipartForm(request)
        let pairs = ExtensionPairs(files: files)
        while let part = try await form.nextPart() {
            guard try await pairs.take(part, of: form) else { throw ExtensionPairs.unknown(part.name) }
        }
        change.extensions = try pairs.complete()
        guard !change.extensions.isEmpty else {
            throw AgentError.invalidArgument("the form has no extension: send extensions.name and extensions.zip_file")
        }
        return try await apply(change, answering: .created)
    }

    private func apply(_ change: SetupChange, answering status: HTTPResponse.Status) async throws -> Response {
        do {
            try await browser.apply(change)
        } catch let failure as SetupFailure {
            throw failure.error
        }
        return .empty(status)
    }
}

extension SetupChange {
    /// Throws `invalidArgument` when there is none, or one that is no flag.
    mutating func add(flags wanted: ChromiumFlagsRequest) throws {
        guard !wanted.flags.isEmpty else {
            throw AgentError.invalidArgument("give at least one flag, such as --lang=de")
        }
        flags += try wanted.flags.map { text throws(AgentError) in try ChromiumFlag(text) }
    }
}

extension Response {
    /// Something that waits on disk, as a download that is read as the client takes it.
    fileprivate static let archiveHeaders: HTTPFields = [.contentType: "application/zstd"]

    fileprivate static func spool(_ spool: Spool, of files: FileSystemService) -> Response {
        let body = ResponseBody(contentLength: Int(spool.size)) { writer in
            for try await chunk in files.contents(of: spool) { try await writer.write(chunk) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: archiveHeaders, body: body)
    }
}
