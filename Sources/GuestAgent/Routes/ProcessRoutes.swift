import AgentAPI
import AgentCore
import FoundationEssentials
import Hummingbird
import ProcessService

/// `/process/exec`, and what there is to do with spawned processes apart from reading their output.
struct ProcessRoutes {
    let processes: ProcessService

    func add(to table: inout RouteTable) {
        table.post("/process/exec") { request, context in
            let wanted = try await request.decodeJSON(ExecRequest.self, context)
            let timeout = wanted.timeoutSeconds.map { Duration.seconds($0) }
            // A command whose client has gone is ended: nobody would ever see what it says.
            let result = try await context.cancellingWhenClientLeaves {
                try await processes.exec(Command(wanted), timeout: timeout)
            }
            return try await computing(on: result.stdout.count + result.stderr.count) {
                try .json(ExecResponse(result))
            }
        }
        table.post("/process/spawn") { request, context in
            let wanted = try await request.decodeJSON(SpawnRequest.self, context)
            let timeout = wanted.timeoutSeconds.map { Duration.seconds($0) }
            let terminal = try TerminalSize(wanted)
            return try .json(
                SpawnResponse(await processes.spawn(Command(wanted), timeout: timeout, terminal: terminal)))
        }
        table.get("/process") { _, _ in try .json(processes.list().map(ProcessListEntry.init)) }
        table.get("/process/{process_id}/status") { _, context in try await status(context.processID()) }
        table.post("/process/{process_id}/stdin") { request, context in
            let id = try context.processID()
            return try await write(request.decodeJSON(StdinRequest.self, context), to: id)
        }
        table.post("/process/{process_id}/kill") { request, context in
            let id = try context.processID()
            let wanted = try await request.decodeOptionalJSON(KillRequest.self, context, default: KillRequest())
            let signal = try wanted.signal.map { try ProcessSignal(name: $0) } ?? .terminate
            try await processes.send(signal, to: id, group: wanted.group ?? true)
            return try .json(Done())
        }
    }

    private func status(_ id: ProcessID) async throws -> Response {
        // In this order, or a process that ends in between would show as running without memory.
        let usage = try await processes.usage(of: id)
        let record = try processes.record(of: id)
        return try .json(ProcessStatus(record, usage: record.ending == nil ? usage : nil))
    }

    private func write(_ input: StdinRequest, to id: ProcessID) async throws -> Response {
        guard input.data != nil || input.eof == true else {
            throw AgentError.invalidArgument("field data_b64 is required, unless eof is true")
        }
        guard let data = Data(base64Encoded: input.data ?? "") else {
            throw AgentError.invalidArgument("field data_b64 must be base64 with padding (RFC 4648)")
        }
        let written = try await processes.write(Array(data), to: id)
        // Closing behind a part of what was to be written would cut it off unseen.
        if input.eof == true, written == data.count { try await processes.endInput(of: id) }
        return try .json(WrittenBytes(writtenBytes: written))
    }
}

extension AgentRequestContext {
    /// Throws `invalidArgument` when the path names no UUID.
    func processID() throws -> ProcessID {
        let text = try parameters.require("process_id")
        guard let id = ProcessID(text) else {
            throw AgentError.invalidArgument("the process id in the path must be a UUID, not \"\(text.prefix(100))\"")
        }
        return id
    }
}
