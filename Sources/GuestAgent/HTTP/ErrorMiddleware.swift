import AgentCore
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

/// Turns whatever a route throws into the one JSON error form. Unknown errors answer 500 without internals.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return agentError(from: error, request: request, context: context).response
        }
    }

    private func agentError(from error: any Error, request: Request, context: AgentRequestContext) -> AgentError {
        switch error {
        case let error as AgentError:
            if error.code == .internalError { context.logger.error("request failed", metadata: ["error": "\(error)"]) }
            return error
        case let error as any HTTPResponseError:
            return AgentError(.init(status: error.status), message(for: error, request: request))
        case is HTTPParserError:
            return .invalidArgument("the request body is not framed as HTTP/1.1 demands")
        case is CancellationError:
            return .unavailable("the request was cancelled: the agent is stopping or the client has gone")
        default:
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return .internalError("internal error; the agent's log has it under request \(context.requestID)")
        }
    }

    private func message(for error: any HTTPResponseError, request: Request) -> String {
        if error.status == .notFound { return "there is no \(request.uri.path); /spec.yaml lists what there is" }
        return (error as? HTTPError)?.body ?? error.status.reasonPhrase
    }
}
