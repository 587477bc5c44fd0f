package import AgentCore
import Glibc

/// A signal that clients may send (`man 7 signal`).
package struct ProcessSignal: Sendable, Equatable {
    private static let numbers: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "TRAP": SIGTRAP, "ABRT": SIGABRT,
        "BUS": SIGBUS, "FPE": SIGFPE, "KILL": SIGKILL, "USR1": SIGUSR1, "SEGV": SIGSEGV, "USR2": SIGUSR2,
        "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM, "CHLD": SIGCHLD, "CONT": SIGCONT, "STOP": SIGSTOP,
        "TSTP": SIGTSTP, "TTIN": SIGTTIN, "TTOU": SIGTTOU, "URG": SIGURG, "XCPU": SIGXCPU, "XFSZ": SIGXFSZ,
        "WINCH": SIGWINCH, "SYS": SIGSYS,
    ]

    package static let terminate = ProcessSignal(number: SIGTERM)
    package static let kill = ProcessSignal(number: SIGKILL)

    let number: Int32

    private init(number: Int32) {
        self.number = number
    }

    /// Takes the name with or without `SIG`, in any case.
    ///
    /// - Throws: `invalidArgument` for a name that is not known.
    package init(name: String) throws(AgentError) {
        let upper = name.uppercased()
        guard let number = Self.numbers[upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper] else {
            let known = Self.numbers.keys.sorted().joined(separator: ", ")
            throw .invalidArgument("signal must be one of \(known), not \"\(name.prefix(40))\"")
        }
        self.number = number
    }

    /// Without `SIG`; the number in digits for a signal that has no name here, such as the real-time ones.
    package static func name(of number: Int32) -> String {
        numbers.first { $0.value == number }?.key ?? "\(number)"
    }
}
