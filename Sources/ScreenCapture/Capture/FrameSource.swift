/// Where pictures of the screen come from. The X grabber is one; tests of the recorder bring their own.
package protocol FrameSource: Sendable {
    /// The whole screen with the pointer drawn in, or `nil` when nothing (pointer included) has changed since the
    /// frame with `serial`. Pass `nil` to get a frame in any case.
    ///
    /// - Parameter moment: callers that name the same one, and come together, get the same answer: the screen as it
    ///   was at that moment or some time after.
    ///
    /// Throws `AgentError` with `unavailable` when there is no X server.
    func frame(newerThan serial: UInt64?, notBefore moment: ContinuousClock.Instant) async throws -> PixelFrame?
}

extension FrameSource {
    /// The screen as it is now, see `frame(newerThan:notBefore:)`.
    package func frame(newerThan serial: UInt64?) async throws -> PixelFrame? {
        try await frame(newerThan: serial, notBefore: .now)
    }
}
