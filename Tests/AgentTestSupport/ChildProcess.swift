import AgentCore
import Glibc
import Synchronization

/// A program a test needs, ended by its pid on every path: by `end()`, by being released, or by a watchdog when the
/// test process itself dies.
package final class ChildProcess: Sendable {
    package let pid: Int32
    private let watchdog: pid_t
    private let lifeline: Int32
    private let hasEnded = Mutex(false)

    /// Starts `command`, looked up in PATH, with no input and its output thrown away.
    ///
    /// - Parameters:
    ///   - environment: added to the test's own.
    ///   - descriptor: handed to the program as descriptor 3.
    package init(_ command: [String], environment: [String: String] = [:], descriptor: Int32? = nil) throws {
        let ends = try pipeEnds()
        defer { close(ends.reading) }
        lifeline = ends.writing
        pid = try Self.spawn(command, environment: environment, passing: descriptor.map { [3: $0] } ?? [:])
        let guarding = ["sh", "-c", "read _; kill -9 \"$0\"", "\(pid)"]
        watchdog = try Self.spawn(guarding, environment: [:], passing: [0: ends.reading])
    }

    deinit { end() }

    /// Ends the program and waits until it is gone. Does nothing the second time.
    package func end(signal: Int32 = SIGTERM) {
        let isFirst = hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
        guard isFirst else { return }
        Self.end(watchdog, signal: SIGKILL)
        close(lifeline)
        Self.end(pid, signal: signal)
    }

    /// A program that ignores the signal for two seconds is killed.
    private static func end(_ pid: pid_t, signal: Int32) {
        kill(pid, signal)
        let deadline = ContinuousClock.now + .seconds(2)
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            if ContinuousClock.now > deadline { kill(pid, SIGKILL) }
            usleep(2000)
        }
    }

    private static func spawn(
        _ command: [String], environment: [String: String], passing descriptors: [Int32: Int32]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for standard: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0) }
        for (target, source) in descriptors { posix_spawn_file_actions_adddup2(&actions, source, target) }
        // The threads of Swift's pool block signals, and a child inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = ["env"] + environment.map { "\($0)=\($1)" } + command
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &argv, environ)
        guard result == 0 else { throw AgentError.system(errno: result, operation: "start", path: command[0]) }
        return pid
    }

    /// Whether PATH has a program of that name.
    package static func isInstalled(_ program: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }
}

/// A pipe no child inherits unless it is handed an end.
func pipeEnds() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw AgentError.system(errno: errno, operation: "make", path: "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}
