/// What a screen shows: its size, and how often a second.
package struct ScreenMode: Sendable, Equatable {
    package let size: ScreenSize
    /// Pictures per second; 0 where the server has no notion of it, as Xvfb.
    package let refreshRate: Int

    package init(size: ScreenSize, refreshRate: Int) {
        self.size = size
        self.refreshRate = refreshRate
    }
}
