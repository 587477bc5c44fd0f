package import AgentCore
import CDeflate
import ServiceLifecycle

/// Answers requests for screenshots: waits for the screen to come to rest if asked to, grabs, encodes, and lets no
/// more than a few be in the making.
///
/// What is known is not made again: while nothing has changed, the same request is answered from memory, and requests
/// that come together share one grab and one file. Others wait in order, without holding a frame, and take their
/// picture when their turn comes. Nothing here waits for input.
package final class Screenshotter: Sendable {
    private static let cacheBytes = 16 * 1024 * 1024
    /// Pictures are kept for the next request this long.
    private static let keepAlive = Duration.seconds(10)

    private let grabber: ScreenGrabber
    private let encoder: PictureEncoder
    private let cache = PictureCache(capacity: cacheBytes)
    private let turns: TurnQueue
    /// Tells this run of the agent, whose counts start anew, from others.
    private let epoch = String(UInt32.random(in: 0...UInt32.max), radix: 36)

    /// Throws `unavailable` when there are no threads to be had.
    package init(grabber: ScreenGrabber) throws(AgentError) {
        self.grabber = grabber
        encoder = try PictureEncoder()
        turns = TurnQueue(width: encoder.width)
    }

    /// A picture of the screen as it is now, or when it has come to rest.
    ///
    /// Throws `invalidArgument` when the region leaves the screen, before any waiting; `unavailable` without an X
    /// server. Cancellation ends waiting.
    ///
    /// - Parameters:
    ///   - settling: to wait for before. When the patience ends the picture shows what is there.
    ///   - isKnown: tells by its tag whether the caller has the picture already; then it is neither made nor returned.
    package func take(
        _ options: PictureOptions, settling: Settling? = nil, isKnown: (String) -> Bool = { _ in false }
    ) async throws -> Screenshot {
        guard let settling else { return try await take(options, isKnown: isKnown) }
        try await check(options)
        let isStable = try await grabber.waitUntilQuiet(settling)
        var screenshot = try await take(options, isKnown: isKnown)
        screenshot.isStable = isStable
        return screenshot
    }

    /// Makes a file of a picture that is not of the screen as it is now. Waits for its turn like any other.
    ///
    /// Throws `invalidArgument` when the region leaves the picture.
    package func encode(_ frame: PixelFrame, as options: PictureOptions) async throws -> [UInt8] {
        try await turns.withTurn { try await encoder.encode(frame, as: options) }
    }

    private func take(_ options: PictureOptions, isKnown: (String) -> Bool) async throws -> Screenshot {
        let arrival = ContinuousClock.now
        let state = try await grabber.state()
        _ = try options.region(on: state.size)
        let serial = state.version.serial(showsPointer: options.showsPointer)
        let tag = tag(options, serial)
        if isKnown(tag) { return Screenshot(tag: tag, bytes: nil) }
        if let bytes = cache.recall(PictureCache.Key(options: options, serial: serial)) {
            return Screenshot(tag: tag, bytes: bytes)
        }
        return try await turns.withTurn { try await make(options, notBefore: arrival) }
    }

    private func make(_ options: PictureOptions, notBefore arrival: ContinuousClock.Instant) async throws -> Screenshot
    {
        let frame = try await grabber.frame(
            of: options.region, showsPointer: options.showsPointer, notBefore: arrival)
        let bytes = try await cache.picture(PictureCache.Key(options: options, serial: frame.serial)) {
            try await encoder.encode(frame, as: options)
        }
        return Screenshot(tag: tag(options, frame.serial), bytes: bytes)
    }

    /// Whether such a picture could be taken now. Throws `invalidArgument` when the region leaves the screen,
    /// `unavailable` without an X server.
    package func check(_ options: PictureOptions) async throws {
        _ = try await options.region(on: grabber.state().size)
    }

    private func tag(_ options: PictureOptions, _ serial: UInt64) -> String {
        "\(epoch)-\(String(serial, radix: 36))-\(options.fingerprint)"
    }
}

extension Screenshotter: Service {
    /// Gives memory back while nobody takes pictures.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [cache] in
            // Sleeping throws when it is time to stop.
            while (try? await Task.sleep(for: Self.keepAlive)) != nil {
                // Large pictures leave memory behind, free but resident.
                if cache.forget(unusedSince: .now - Self.keepAlive) { malloc_trim(0) }
            }
        }
    }
}
