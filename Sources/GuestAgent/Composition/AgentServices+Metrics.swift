import AgentCore
import ProcessService
import Recorder

extension AgentServices {
    /// What is looked up when somebody asks for the metrics. What is counted registers itself.
    func registerReadings() {
        let started = ContinuousClock.now
        metrics.reading(
            .gauge, "guest_agent_info", "The agent's version, as a label.", [("version", AgentVersion.text)]
        ) { 1 }
        metrics.reading(.gauge, "guest_agent_uptime_seconds", "Time since the agent was started.") {
            (ContinuousClock.now - started).milliseconds / 1000
        }
        metrics.reading(.gauge, "guest_agent_resident_memory_bytes", "Memory of the agent.") {
            await ProcessFacts.residentMemory()
        }
        metrics.reading(.gauge, "guest_agent_open_fds", "Descriptors that are open.") {
            await ProcessFacts.openDescriptors()
        }
        metrics.reading(.gauge, "guest_agent_threads", "Threads of the agent.") { await ProcessFacts.threads() }
        metrics.reading(.gauge, "guest_agent_children", "Processes whose parent is the agent.") {
            await ProcessFacts.children()
        }
        metrics.reading(.gauge, "guest_agent_processes_running", "Processes that clients have spawned and that run.") {
            [processes] in Double(processes.runningCount)
        }
        metrics.reading(.gauge, "guest_agent_recordings_running", "Recordings that are being made.") {
            [recordings] in Double(await recordings.list().filter(\.isRecording).count)
        }
        metrics.reading(.gauge, "guest_agent_event_streams_open", "Event streams that are being sent.") {
            Double(ServerSentEvents.open.current)
        }
        metrics.reading(.gauge, "guest_agent_websockets_open", "WebSockets of the API that are open.") {
            Double(WebSocketUpgrade.open.current)
        }
    }
}
