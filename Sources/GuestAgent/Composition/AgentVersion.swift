/// What `--version`, `/health` and the start-up line say.
enum AgentVersion {
    static let text = "0.1.0"
}
