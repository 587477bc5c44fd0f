package import XDisplay

/// Counts the states of the screen: a number stands for the same picture for as long as the grabber lives, and none
/// comes back.
package struct ScreenVersion: Sendable, Equatable {
    /// Grows with every change of pixels, the pointer aside.
    var pixels: UInt64 = 1
    /// Grows with every change of the pointer's place or looks.
    var pointer: UInt64 = 1

    /// Grows by at least one whenever a picture of that kind has changed.
    package func serial(showsPointer: Bool) -> UInt64 { showsPointer ? pixels + pointer : pixels }
}

/// What is known of the screen without reading its pixels.
package struct ScreenState: Sendable, Equatable {
    package let size: ScreenSize
    package let version: ScreenVersion
}
