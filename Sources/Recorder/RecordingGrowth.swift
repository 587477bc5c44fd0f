import AgentCore

/// Tells how far the file of a running recording has grown.
package struct RecordingGrowth: Sendable {
    let progress: RecordingProgress

    /// Waits until more than `size` bytes of the file make whole fragments, and returns how many do; `nil` when the
    /// recording has ended: then the file it had while recording grows no more, and all of it can be read.
    ///
    /// Throws `CancellationError` when the task is cancelled.
    package func bytes(beyond size: Int64) async throws -> Int64? {
        while true {
            let version = progress.changes.version
            let status = progress.status
            guard status.state == .recording else { break }
            if status.bytesOnDisk > size { return status.bytesOnDisk }
            await progress.changes.change(after: version)
            try Task.checkCancellation()
        }
        await progress.finished.wait()
        try Task.checkCancellation()
        return nil
    }
}
