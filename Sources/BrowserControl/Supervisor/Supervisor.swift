package import AgentCore
import Glibc

/// A program that supervisord runs, as it is now.
package struct SupervisedProgram: Sendable, Equatable {
    /// supervisord's process states (its documentation, "Process States").
    package enum State: String, Sendable {
        case stopped = "STOPPED"
        case starting = "STARTING"
        case running = "RUNNING"
        /// Ended too soon; becomes `starting` after a while, or `fatal`.
        case backoff = "BACKOFF"
        case stopping = "STOPPING"
        case exited = "EXITED"
        case fatal = "FATAL"
        case unknown = "UNKNOWN"

        /// Whether there is no process and none will be started by itself.
        package var isDown: Bool { self == .stopped || self == .exited || self == .fatal }
    }

    package let state: State
    /// 0 while there is no process.
    package let pid: Int
}

/// Speaks to supervisord over its Unix socket: XML-RPC in HTTP/1.0, one connection for each call.
///
/// Calls block a thread of its own, ten seconds at most. supervisord looks after its programs when its loop goes around,
/// once a second or whenever it is asked something: whoever waits for a program's end gets it sooner by asking often.
package actor Supervisor {
    /// supervisord's fault codes (`supervisor/xmlrpc.py`, "Faults").
    private enum Fault {
        static let alreadyStarted = 60
        static let notRunning = 70
    }

    private let executor: ThreadExecutor
    private let socketPath: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    ///
    /// - Parameter socketPath: the file of `[unix_http_server]`. Nothing is opened yet.
    package init(socketPath: String) throws(AgentError) {
        executor = try ThreadExecutor(name: "supervisor")
        self.socketPath = socketPath
    }

    /// Throws `unavailable` when supervisord is not there, `badGateway` when it does not know the program.
    package func program(_ name: String) throws -> SupervisedProgram {
        let info = try call("supervisor.getProcessInfo", [.string(name)])
        return SupervisedProgram(
            state: info["statename"]?.text.flatMap(SupervisedProgram.State.init) ?? .unknown,
            pid: info["pid"]?.number ?? 0)
    }

    /// Has the program ended, and does not wait for it. One that does not run is fine. Throws as `program`.
    package func beginStop(_ name: String) throws {
        try call("supervisor.stopProcess", [.string(name), .bool(false)], accepting: Fault.notRunning)
    }

    /// Has the program started, and does not wait for it. One that runs is fine. Throws as `program`.
    package func beginStart(_ name: String) throws {
        try call("supervisor.startProcess", [.string(name), .bool(false)], accepting: Fault.alreadyStarted)
    }

    @discardableResult
    private func call(_ method: String, _ arguments: [XMLRPCValue], accepting fault: Int? = nil) throws -> XMLRPCValue {
        let answer = try exchange(XMLRPCCall(method: method, arguments: arguments).text)
        guard let blank = answer.firstRange(of: "\r\n\r\n"),
            let response = XMLRPCResponse(String(answer[blank.upperBound...]))
        else {
            throw AgentError(.badGateway, "supervisord's answer is not understood", cause: String(answer.prefix(200)))
        }
        switch response {
        case .value(let value): return value
        case .fault(fault, _): return .bool(true)
        case .fault(_, let text):
            throw AgentError(.badGateway, "supervisord refuses \(method): \(text.lowercased())")
        }
    }

    private func exchange(_ body: String) throws -> String {
        let connection = try UnixConnection(path: socketPath)
        let request =
            "POST /RPC2 HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: \(body.utf8.count)"
            + "\r\n\r\n\(body)"
        try connection.send(Array(request.utf8))
        return String(decoding: try connection.readToEnd(), as: UTF8.self)
    }
}
