import AgentAPI
import FoundationEssentials
import Hummingbird
import ProcessService

/// `/process/*`.
struct ProcessRoutes {
    let processes: ProcessService

    func add(to table: inout RouteTable) {
        table.post("/process/exec") { request, context in
            let wanted = try await request.decodeJSON(ExecRequest.self)
            let timeout = wanted.timeoutSeconds.map { Duration.seconds($0) }
            // A command whose client has gone is ended: nobody would ever see what it says.
            let result = try await context.cancellingWhenClientLeaves {
                try await processes.exec(Command(wanted), timeout: timeout)
            }
            return try .json(ExecResponse(result))
        }
    }
}

extension Command {
    fileprivate init(_ wire: ExecRequest) {
        self.init(
            wire.command, arguments: wire.args ?? [], directory: wire.cwd, environment: wire.env ?? [:],
            asUser: wire.asUser, asRoot: wire.asRoot ?? false)
    }
}

extension ExecResponse {
    fileprivate init(_ result: ExecResult) {
        self.init(
            exitCode: Int(result.status.exitCode), stdout: Data(result.stdout).base64EncodedString(),
            stderr: Data(result.stderr).base64EncodedString(),
            durationMilliseconds: Int(result.duration.milliseconds))
    }
}
