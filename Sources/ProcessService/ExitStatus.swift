import CAgentShims

/// How a process ended (`man 2 waitid`).
package enum ExitStatus: Sendable, Equatable {
    /// It returned or called exit, with a code in 0...255.
    case exited(code: Int32)
    /// A signal killed it.
    case signalled(signal: Int32)

    /// The code as clients see it: -1 when a signal killed the process.
    package var exitCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled: -1
        }
    }

    init(_ exit: ga_exit) {
        self = exit.signalled ? .signalled(signal: exit.status) : .exited(code: exit.status)
    }
}
