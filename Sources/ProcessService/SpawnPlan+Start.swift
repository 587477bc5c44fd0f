import AgentCore
import CAgentShims
import Glibc

/// A child right after its birth: nobody waits for it yet.
struct NewbornChild: ~Copyable {
    let pid: pid_t
    let pidfd: OwnedDescriptor
}

extension SpawnPlan {
    /// Starts the program as leader of its own session and process group, with these descriptors as 0, 1 and 2.
    ///
    /// Blocks until the program has been loaded.
    ///
    /// - Parameters:
    ///   - groups: to be born into; `nil` stays in the agent's.
    ///   - controllingTerminal: makes `input`, a terminal, that of the session.
    /// - Throws: `invalidArgument` for what the client can change: a file that is no program, a bad directory.
    func start(
        input: Int32, output: Int32, error: Int32, in groups: CommandGroup?, controllingTerminal: Bool = false
    ) throws(AgentError) -> NewbornChild {
        var result = ga_spawn_result()
        let failure = withPlan(in: groups) { plan in
            plan.input = input
            plan.output = output
            plan.error = error
            plan.controlling_terminal = controllingTerminal
            return ga_spawn(&plan, &result)
        }
        guard failure == 0 else { throw startFailure(at: result.step, errno: failure) }
        return NewbornChild(pid: result.pid, pidfd: OwnedDescriptor(owning: result.pidfd))
    }

    private func withPlan(in groups: CommandGroup?, _ body: (inout ga_spawn_plan) -> Int32) -> Int32 {
        let groups = groups?.descriptors ?? []
        let arguments = CStringArray(arguments)
        let environment = CStringArray(environment)
        return withIdentity { identity in
            path.withCString { path in
                withOptionalCString(directory) { directory in
                    groups.withUnsafeBufferPointer { groups in
                        var plan = ga_spawn_plan()
                        plan.path = path
                        plan.arguments = arguments.baseAddress
                        plan.environment = environment.baseAddress
                        plan.directory = directory
                        plan.groups = groups.baseAddress
                        plan.group_count = groups.count
                        plan.identity = identity
                        return body(&plan)
                    }
                }
            }
        }
    }

    private func withIdentity(_ body: (UnsafePointer<ga_identity>?) -> Int32) -> Int32 {
        guard let account else { return body(nil) }
        return account.groups.withUnsafeBufferPointer { groups in
            var identity = ga_identity(
                uid: account.uid, gid: account.gid, groups: groups.baseAddress, group_count: groups.count)
            return body(&identity)
        }
    }

    private func withOptionalCString(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Int32) -> Int32 {
        guard let string else { return body(nil) }
        return string.withCString(body)
    }
}
