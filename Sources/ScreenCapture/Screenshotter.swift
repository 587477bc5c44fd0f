import AgentCore
import Synchronization
package import XDisplay

/// Answers requests for screenshots: grabs, encodes, and lets no more than two be in the making.
///
/// Encoding runs on two threads of its own, so that neither grabs nor other requests wait for it. Requests beyond two
/// wait in order, without holding a frame, and take their picture when their turn comes.
package final class Screenshotter: Sendable {
    private static let width = 2

    private let frames: any FrameSource
    private let turns = TurnQueue(width: width)
    private let idle = Mutex((0..<width).map { EncodingThread(name: "png-\($0)") })

    package init(frames: any FrameSource) {
        self.frames = frames
    }

    /// A PNG of the screen as it is now, or of a part of it, with the pointer.
    ///
    /// Throws `invalidArgument` when `region` is empty or leaves the screen, `unavailable` without an X server.
    /// Cancellation takes effect while waiting for a turn.
    package func png(of region: ScreenRegion? = nil) async throws -> [UInt8] {
        try await turns.withTurn {
            guard let frame = try await frames.frame(newerThan: nil) else {
                throw AgentError.internalError("there is no picture of the screen")
            }
            guard let thread = idle.withLock({ $0.popLast() }) else {
                throw AgentError.internalError("more screenshots are being made than there are threads for")
            }
            defer { idle.withLock { $0.append(thread) } }
            return try await thread.encode(frame, region)
        }
    }
}

private actor EncodingThread {
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(name: String) { executor = ThreadExecutor(name: name) }

    func encode(_ frame: PixelFrame, _ region: ScreenRegion?) throws -> [UInt8] {
        try PNGEncoder.encode(frame, region: region)
    }
}
