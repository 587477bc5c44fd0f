import AgentAPI
import AgentCore
import HTTPTypes
import Hummingbird
import ScreenCapture

/// The body of an action of `/computer`, and the picture of what comes of it that the client may ask for.
private struct ActionRequest<Parameters: Decodable & Sendable>: Decodable, Sendable {
    let parameters: Parameters
    /// `nil` for a dry run too, of which nothing comes.
    let screenshot: ScreenshotRequest?

    private enum CodingKeys: String, CodingKey {
        case screenshot
        case dryRun = "dry_run"
    }

    init(from decoder: any Decoder) throws {
        parameters = try Parameters(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let wanted = try container.decodeIfPresent(ScreenshotRequest.self, forKey: .screenshot)
        let isDryRun = try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
        screenshot = isDryRun ? nil : wanted
    }
}

extension RouteTable {
    /// Adds an operation that does something to the screen. Where the request has a field `screenshot`, its answer is a
    /// picture of what came of it.
    mutating func action<Parameters: Decodable & Sendable>(
        _ path: String, then screenshots: Screenshotter,
        _ action: @escaping @Sendable (Parameters, AgentRequestContext) async throws -> Response
    ) {
        post(path) { request, context in
            let wanted = try await request.decodeJSON(ActionRequest<Parameters>.self, context)
            guard let picture = wanted.screenshot else { return try await action(wanted.parameters, context) }
            return try await screenshots.answer(picture, field: "screenshot", in: context) {
                try await action(wanted.parameters, context)
            }
        }
    }
}

extension Screenshotter {
    /// Runs `action`, and makes a picture of the screen, once that has come to rest, the body of its answer.
    ///
    /// What is wrong with the picture's options is told before the action begins. When there is no picture although the
    /// action went well, the error says so: the action is not to be repeated.
    ///
    /// - Parameter field: of the request that has the options, for messages.
    func answer(
        _ wanted: ScreenshotRequest, field: String, in context: AgentRequestContext,
        after action: () async throws -> Response
    ) async throws -> Response {
        let (options, settling) = try await told(in: field) {
            let options = try PictureOptions(wanted)
            try await check(options)
            return try (options, Settling(afterAction: wanted))
        }
        let done = try await action()
        let screenshot = try await told(in: "the action was carried out, but there is no picture of it") {
            try await context.whileWanted { try await self.take(options, settling: settling) }
        }
        var answer = Response.screenshot(screenshot, format: options.format)
        for header in done.headers where answer.headers[header.name] == nil { answer.headers.append(header) }
        return answer
    }

    private func told<Result>(in place: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as AgentError {
            throw AgentError(error.code, "\(place): \(error.message)", cause: error.cause, details: error.details)
        }
    }
}

extension Settling {
    /// What an action does to a page is on the screen within a few frames.
    private static let quietAfterAction = 100
    private static let patienceAfterAction = 2000

    /// As `init(_:)`; but where the request does not say, 100 ms of quiet are waited for, two seconds at most.
    fileprivate init?(afterAction request: ScreenshotRequest) throws {
        guard request.waitForStableMilliseconds == nil else {
            try self.init(request)
            return
        }
        let patience = request.timeoutMilliseconds ?? Self.patienceAfterAction
        try self.init(
            quiet: .milliseconds(min(Self.quietAfterAction, max(0, patience))), patience: .milliseconds(patience))
    }
}
