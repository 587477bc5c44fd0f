import AgentCore

/// The thread on which the files of recordings are looked after while they are made, so that neither an encoder nor a
/// request waits for the disk.
actor RecordingDisk {
    /// How often what is written is brought to the disk: with fragments of a second, a power cut costs two.
    private static let interval = Duration.seconds(1)

    /// What has to stay free of the disk, in bytes.
    nonisolated let floor: Int64
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    init(floor: Int64) throws(AgentError) {
        executor = try ThreadExecutor(name: "rec-disk")
        self.floor = floor
    }

    /// Looks after a recording until the task is cancelled: keeps its fragments on the disk, and has it end when the
    /// disk runs out of space.
    func lookAfter(_ progress: RecordingProgress, _ file: RecordingFile) async {
        var synced: Int64 = 0
        while (try? await executor.sleep(until: .now + Self.interval)) != nil {
            let bytes = progress.status.bytesOnDisk
            if bytes != synced { file.syncVideo() }
            synced = bytes
            guard progress.status.state == .recording, let problem = shortage(file) else { continue }
            progress.fail(problem)
            progress.requestStop(isForced: false)
        }
    }

    /// Throws `insufficientStorage` when a recording would run into the floor at once.
    func check(_ file: RecordingFile) throws(AgentError) {
        if let problem = shortage(file) { throw problem }
    }

    /// Throws `insufficientStorage` and others when it cannot be written down.
    func add(_ mark: RecordingMark, to file: RecordingFile) throws(AgentError) { try file.journal.add(mark) }

    func delete(_ file: RecordingFile) throws(AgentError) { try file.delete() }

    func move(_ file: RecordingFile, to other: RecordingFile) throws(AgentError) { try file.move(to: other) }

    private func shortage(_ file: RecordingFile) -> AgentError? {
        guard let free = file.freeSpace, free < floor else { return nil }
        return AgentError(
            .insufficientStorage,
            "\(free / 1_000_000) MB are left for recordings and \(floor / 1_000_000) MB have to stay free; delete some")
    }
}
