/// Where pictures of the screen come from. The X grabber is one; tests of the recorder bring their own.
package protocol FrameSource: Sendable {
    /// The whole screen with the pointer drawn in, or `nil` when nothing (pointer included) has changed since the
    /// frame with `serial`. Pass `nil` to get a frame in any case.
    ///
    /// Throws `AgentError` with `unavailable` when there is no X server.
    func frame(newerThan serial: UInt64?) async throws -> PixelFrame?
}
