import AgentCore
import Glibc

/// Finds the file that a command names, as `execvp` would (`man 3 exec`), before a child exists.
struct ProgramLookup {
    static let defaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private enum Candidate: Int, Comparable {
        case missing, directory, notExecutable, executable

        static func < (left: Candidate, right: Candidate) -> Bool { left.rawValue < right.rawValue }
    }

    /// The child's PATH.
    let searchPath: String
    /// The child's working directory, which relative names count from; `nil` is the agent's.
    let directory: String?

    /// The path to execute in the child's working directory.
    ///
    /// - Throws: `invalidArgument` when there is no such file, or only a directory or a file without execute
    ///   permission.
    func path(of program: String) throws(AgentError) -> String {
        var best = Candidate.missing
        for path in candidates(for: program) {
            let candidate = examine(path)
            if candidate == .executable { return path }
            best = max(best, candidate)
        }
        switch best {
        case .directory: throw .invalidArgument("cannot run \(program): it is a directory")
        case .notExecutable: throw .invalidArgument("cannot run \(program): the file is not executable")
        default: throw .invalidArgument("cannot run \(program): no such program\(searchHint(program))")
        }
    }

    private func candidates(for program: String) -> [String] {
        if program.utf8.contains(UInt8(ascii: "/")) { return [program] }
        return searchPath.split(separator: ":", omittingEmptySubsequences: false).map { entry in
            entry.isEmpty ? "./\(program)" : "\(entry)/\(program)"
        }
    }

    private func searchHint(_ program: String) -> String {
        program.utf8.contains(UInt8(ascii: "/")) ? "" : " in PATH (\(searchPath))"
    }

    private func examine(_ path: String) -> Candidate {
        let absolute = path.hasPrefix("/") ? path : directory.map { "\($0)/\(path)" } ?? path
        var status = stat()
        guard stat(absolute, &status) == 0 else { return errno == EACCES ? .notExecutable : .missing }
        if status.st_mode & S_IFMT == S_IFDIR { return .directory }
        return faccessat(AT_FDCWD, absolute, X_OK, AT_EACCESS) == 0 ? .executable : .notExecutable
    }
}
