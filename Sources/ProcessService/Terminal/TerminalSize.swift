package import AgentCore
import CAgentShims
import Glibc

/// In characters; both from 1 to 65535.
package struct TerminalSize: Sendable, Equatable {
    /// What a terminal has that nobody has given a size.
    package static let standard = TerminalSize(height: 24, width: 80)

    let rows: UInt16
    let columns: UInt16

    private init(height: UInt16, width: UInt16) {
        rows = height
        columns = width
    }

    /// - Parameters: `nil` is the standard's.
    /// - Throws: `invalidArgument` for what is out of range.
    package init(rows: Int?, columns: Int?) throws(AgentError) {
        self.rows = try Self.validated(rows, name: "rows") ?? Self.standard.rows
        self.columns = try Self.validated(columns, name: "cols") ?? Self.standard.columns
    }

    func apply(to terminal: borrowing OwnedDescriptor) throws(AgentError) {
        guard ga_terminal_resize(terminal.rawValue, rows, columns) == 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot resize the terminal", cause: "errno \(errno)")
        }
    }

    private static func validated(_ value: Int?, name: String) throws(AgentError) -> UInt16? {
        guard let value else { return nil }
        guard value > 0, let size = UInt16(exactly: value) else {
            throw .invalidArgument("\(name) must be from 1 to 65535, not \(value)")
        }
        return size
    }
}
