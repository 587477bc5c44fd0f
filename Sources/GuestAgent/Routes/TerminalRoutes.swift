import AgentAPI
import AgentCore
import FoundationEssentials
import Hummingbird
import NIOCore
import ProcessService

/// `/process/{process_id}/resize` and `/attach`.
///
/// Slow readers: lossless for the one who is attached, since a program whose terminal nobody reads has to wait; only
/// as long as nobody is attached, and for those who only look on, the oldest is given up.
struct TerminalRoutes {
    /// The largest message taken from a client, in bytes.
    private static let messageLimit = 1 << 20

    let processes: ProcessService
    let streams: StreamLimit

    func add(to table: inout RouteTable) {
        table.post("/process/{process_id}/resize") { request, context in
            let id = try context.processID()
            let wanted = try await request.decodeJSON(ResizeRequest.self, context)
            try await processes.resize(id, to: TerminalSize(rows: wanted.rows, columns: wanted.columns))
            return try .json(Done())
        }
        table.get("/process/{process_id}/attach") { request, context in
            do {
                let options = try Self.options(request.query)
                let place = try streams.admit()
                let terminal = try processes.attach(to: context.processID(), options)
                return try await WebSocketUpgrade.response(
                    to: request, context: context, messageLimit: Self.messageLimit
                ) { connection in
                    defer { withExtendedLifetime(place) {} }
                    return try await Self.run(terminal, over: connection)
                }
            } catch let error as AgentError where error.code != .upgradeRequired {
                return try .json(
                    AttachError(code: error.code.rawValue, message: error.message), status: error.code.status)
            }
        }
    }

    private static func options(_ query: QueryParameters) throws -> TerminalAttachment.Options {
        var options = TerminalAttachment.Options()
        switch query["replay"] {
        case nil, "", "unseen": break
        case "all": options.replaysAll = true
        case let other?:
            throw AgentError.invalidArgument("query parameter replay must be all or unseen, not \"\(other)\"")
        }
        options.takesOver = try query.bool("takeover", default: false)
        options.isReadOnly = try query.bool("readonly", default: false)
        return options
    }

    /// Ends with the process, with the client, or when another client takes its place.
    private static func run(
        _ terminal: TerminalAttachment, over connection: WebSocketConnection
    ) async throws -> WebSocketCloseCode {
        // Before the closing handshake ends: a client that then comes back must find its place free.
        defer { terminal.detach() }
        return try await withThrowingTaskGroup(of: WebSocketCloseCode.self) { group in
            group.addTask { try await show(terminal, to: connection) }
            group.addTask {
                try await type(connection, at: terminal)
                return .normal
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .internalError
        }
    }

    private static func show(
        _ terminal: TerminalAttachment, to connection: WebSocketConnection
    ) async throws -> WebSocketCloseCode {
        while true {
            switch try await terminal.next() {
            case .output(let bytes):
                try await connection.send(binary: ByteBuffer(bytes: bytes))
            case .exited(let status):
                let exit = TerminalExit(exitCode: Int(status.exitCode), signal: status.signalName)
                try await connection.send(text: String(decoding: JSONEncoder.wire.encode(exit), as: UTF8.self))
                return .normal
            case .replaced:
                return .replaced
            }
        }
    }

    /// What is no request to resize, or none that can be carried out, is ignored: clients of the contract send more.
    private static func type(_ connection: WebSocketConnection, at terminal: TerminalAttachment) async throws {
        for try await message in connection.messages {
            switch message {
            case .binary(let bytes):
                await terminal.write(Array(bytes.readableBytesView))
            case .text(let text):
                guard let wanted = try? JSONDecoder().decode(TerminalRequest.self, from: Data(text.utf8)),
                    wanted.type == "resize", let rows = wanted.rows, let columns = wanted.columns,
                    let size = try? TerminalSize(rows: rows, columns: columns)
                else { continue }
                await terminal.resize(to: size)
            }
        }
    }
}
