import AgentCore
import Glibc
import ProcessService

/// What `guest-agent doctor` looks at: first what must be installed, then what must be running.
struct Examination {
    struct Finding: Sendable {
        let subject: String
        /// What is wrong; `nil` when nothing is.
        let problem: String?
        /// How to put it right.
        let remedy: String

        var line: String {
            problem.map { "missing  \(subject): \($0)\n         → \(remedy)" } ?? "ok       \(subject)"
        }
    }

    let services: AgentServices

    func findings() async -> [Finding] {
        let configuration = services.configuration
        return [
            program("chromium", package: "chromium"),
            program("chromedriver", package: "chromium-driver"),
            await probe(
                "recording to \(configuration.recordingsDirectory)", services.readiness.recorder,
                remedy: "apt-get install libavcodec59 libavformat59 libswscale6, and see that OUTPUT_DIR can be written"
            ),
            await probe(
                "X server at \(configuration.display)", services.readiness.xServer,
                remedy: "start Xorg or Xvfb there, or set DISPLAY_NUM"),
            await probe(
                "Chromium's DevTools at \(configuration.devToolsUpstream)", services.readiness.chromium,
                remedy: "start chromium with --remote-debugging-port=\(configuration.devToolsUpstream.port), "
                    + "or set DEVTOOLS_UPSTREAM_ADDR"),
            Finding(
                subject: "ceilings for commands", problem: services.processes.ceilingsProblem?.message,
                remedy: "run the agent in the root of a writable control group hierarchy that has the memory, cpu and "
                    + "pids controllers, or set COMMAND_MEMORY_MB, COMMAND_CPU_PERCENT and COMMAND_TASKS to 0"),
        ]
    }

    private func probe(_ subject: String, _ probe: Readiness.Probe, remedy: String) async -> Finding {
        do {
            _ = try await probe()
            return Finding(subject: subject, problem: nil, remedy: remedy)
        } catch {
            return Finding(subject: subject, problem: (error as? AgentError)?.message ?? "\(error)", remedy: remedy)
        }
    }

    private func program(_ name: String, package: String) -> Finding {
        let directories = (SettingSource.processEnvironment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
        let isThere = directories.contains { access("\($0)/\(name)", X_OK) == 0 }
        return Finding(
            subject: name, problem: isThere ? nil : "no such program in PATH", remedy: "apt-get install \(package)")
    }
}
