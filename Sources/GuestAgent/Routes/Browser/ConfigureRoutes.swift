import AgentAPI
import AgentCore
import BrowserControl
import FSService
import Hummingbird

/// `/configure`: everything about the browser and its screen in one form, with one restart at most.
struct ConfigureRoutes {
    let browser: BrowserControl
    let files: FileSystemService

    func add(to table: inout RouteTable) {
        table.post("/configure") { request, _ in
            let strategy = try LoadStrategy(
                field: "extension_load_strategy", of: request.query["extension_load_strategy"], default: .restart)
            var change = try await ConfigureForm(files: files).read(MultipartForm(request))
            change.prefersLiveExtensions = strategy == .preferCDP
            do {
                try await browser.apply(change)
            } catch let failure as SetupFailure {
                return try .configureFailure(failure)
            }
            return try .json(OkResponse())
        }
    }

    private enum LoadStrategy: String, CaseIterable {
        case restart
        case preferCDP = "prefer_cdp"
    }
}

extension Response {
    /// What is the client's fault is answered as ever, the message beginning with the step; else the body tells the step
    /// apart.
    fileprivate static func configureFailure(_ failure: SetupFailure) throws -> Response {
        let (error, step) = (failure.error, failure.step.rawValue)
        let message = "\(step): \(error.message)"
        guard error.code.httpStatus >= 500 else { throw AgentError(error.code, message, cause: error.cause) }
        let body = ConfigureError(code: error.code.rawValue, message: message, phase: "configure_phase", step: step)
        return try .json(body, status: .internalServerError)
    }
}
