import AgentCore

/// Hears what a source plays, on a thread of its own, and puts it into a queue.
actor SoundRecorder {
    /// How long PulseAudio may take to answer.
    private static let connectLimit = Duration.seconds(5)
    /// Between attempts to reach a server that has gone away.
    private static let retryInterval = Duration.seconds(1)

    nonisolated let queue = SoundQueue()
    private let source: SoundSource
    private let executor: ThreadExecutor
    private var stream: PulseStream?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    init(_ source: SoundSource) throws(AgentError) {
        executor = try ThreadExecutor(name: "rec-sound")
        self.source = source
    }

    /// Connects to the source. Throws what `PulseStream` throws.
    func open() throws { stream = try PulseStream(source, within: Self.connectLimit) }

    /// Records until the task is cancelled. A server that goes away is waited for; the file has silence meanwhile.
    func run() async {
        defer { stream = nil }
        while !Task.isCancelled {
            do {
                let current = try stream ?? PulseStream(source, within: Self.retryInterval)
                stream = current
                if let chunk = try current.read(within: .milliseconds(100)) { queue.append(chunk) }
            } catch {
                stream = nil
                queue.fail(.unavailable("some of the sound is missing: PulseAudio went away", cause: "\(error)"))
                try? await executor.sleep(until: .now + Self.retryInterval)
            }
        }
    }
}
