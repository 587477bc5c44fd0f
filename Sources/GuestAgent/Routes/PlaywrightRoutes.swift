import AgentAPI
import AgentCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import PlaywrightRuntime

/// `/playwright/*`.
struct PlaywrightRoutes {
    let playwright: PlaywrightService

    /// Of a call that asks for none, in seconds.
    private static let defaultTimeout = 60

    func add(to table: inout RouteTable) {
        table.post("/playwright/execute") { request, context in
            try await execute(request.decodeJSON(PlaywrightRequest.self, context), context)
        }
        table.get("/playwright/executors") { _, _ in
            try .json(ExecutorList(executors: await playwright.list().map(ExecutorEntry.init)))
        }
        table.add(.delete, "/playwright/executors/{name}") { request, context in
            let name = try ExecutorName(context.parameters.require("name"))
            let closingTab = try QueryParameters(request.uri.query).bool("close_tab", default: true)
            try await playwright.remove(name, closingTab: closingTab)
            return .empty(.noContent)
        }
    }

    /// Code whose client has gone is stopped: nobody would ever see what it returns.
    private func execute(_ wanted: PlaywrightRequest, _ context: AgentRequestContext) async throws -> Response {
        let name = try wanted.executor.map { try ExecutorName($0) } ?? .default
        let seconds = wanted.timeoutSeconds.flatMap { $0 > 0 ? $0 : nil } ?? Self.defaultTimeout
        do {
            let outcome = try await context.whileWanted {
                try await playwright.execute(wanted.code, on: name, timeout: .seconds(seconds))
            }
            return try await Self.response(PlaywrightResult(outcome))
        } catch let error as AgentError where error.code == .conflict {
            let executors = await playwright.list().map(ExecutorEntry.init)
            let refusal = ExecutorLimitResponse(
                code: error.code.rawValue, message: error.message, executors: executors)
            return try .json(refusal, status: .conflict)
        }
    }

    private static func response(_ result: PlaywrightResult) async throws -> Response {
        let body = try await computing(on: result.size) {
            var json = JSONWriter(reservingBytes: result.size + 512)
            result.write(to: &json)
            return ByteBuffer(bytes: json.bytes)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}

extension PlaywrightResult {
    init(_ outcome: PlaywrightOutcome) {
        self.init(
            success: outcome.success, result: outcome.result, error: outcome.error, stdout: outcome.stdout,
            stderr: outcome.stderr,
            tab: outcome.tab.map { Tab(targetID: $0.targetID, created: $0.created) })
    }
}

extension ExecutorEntry {
    init(_ record: ExecutorRecord) {
        self.init(
            name: record.name.description, busy: record.isBusy, createdAt: Timestamp(record.createdAt),
            lastUsedAt: Timestamp(record.lastUsedAt), targetID: record.targetID, url: record.url)
    }
}
