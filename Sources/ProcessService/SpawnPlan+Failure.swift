import AgentCore
import CAgentShims
import Glibc

extension SpawnPlan {
    /// Says why a child could not start, so that the client knows what to change.
    func startFailure(at step: ga_spawn_step, errno: Int32) -> AgentError {
        switch step {
        case GA_SPAWN_EXEC: execFailure(errno: errno)
        case GA_SPAWN_DIRECTORY: directoryFailure(errno: errno)
        case GA_SPAWN_IDENTITY where errno == EPERM:
            AgentError(
                .permissionDenied, "cannot run \(program) as another user: the agent does not run as root",
                cause: "errno \(errno)")
        default:
            AgentError(
                AgentError.code(forErrno: errno), "cannot start \(program): \(reason(errno))",
                cause: "errno \(errno) at step \(step.rawValue) of the spawn")
        }
    }

    private func execFailure(errno: Int32) -> AgentError {
        switch errno {
        case ENOENT: refusal("the program or the interpreter it names does not exist", errno)
        case EACCES: refusal("it, or its interpreter, is not executable for the user it would run as", errno)
        case ENOEXEC, ELIBBAD: refusal("the file has the wrong format; a script needs a #! line", errno)
        case E2BIG: refusal("args and env together are too long", errno)
        case ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EINVAL: refusal(reason(errno), errno)
        default: .system(errno: errno, operation: "run", path: program)
        }
    }

    private func directoryFailure(errno: Int32) -> AgentError {
        switch errno {
        case ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG:
            AgentError(
                .invalidArgument, "cannot enter cwd \(directory ?? ""): \(reason(errno))", cause: "errno \(errno)")
        default: .system(errno: errno, operation: "enter cwd", path: directory ?? "")
        }
    }

    private func refusal(_ reason: String, _ errno: Int32) -> AgentError {
        AgentError(.invalidArgument, "cannot run \(program): \(reason)", cause: "errno \(errno)")
    }

    private func reason(_ errno: Int32) -> String {
        String(cString: strerror(errno)).lowercased()
    }
}
