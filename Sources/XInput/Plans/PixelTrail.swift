import XDisplay

/// A movement in whole pixels. Each event is the pixel nearest to the position, so that rounding never adds up, and one
/// that would stay on its pixel is left out, as a mouse does not report it.
struct PixelTrail {
    private let screen: ScreenSize
    private let start: ScreenPoint
    /// Offsets in milliseconds.
    private var points: [(offset: Double, point: ScreenPoint)] = []

    init(from start: ScreenPoint, within screen: ScreenSize) {
        self.start = start
        self.screen = screen
    }

    /// - Parameter offset: in milliseconds, not before that of the last one.
    mutating func append(_ position: Vector, at offset: Double) {
        append(screen.nearestPoint(to: position), at: offset)
    }

    mutating func append(_ point: ScreenPoint, at offset: Double) {
        if point != points.last?.point ?? start { points.append((offset, point)) }
    }

    /// Stretched so that the last event comes at the end: a slow movement may be on its last pixel well before.
    ///
    /// - Parameter duration: in milliseconds.
    func plan(lasting duration: Double) -> PointerPlan {
        let stretch = (points.last?.offset).map { $0 > 0 ? duration / $0 : 1 } ?? 1
        return PointerPlan(
            steps: points.map {
                PointerPlan.Step(at: .rounded(milliseconds: $0.offset * stretch), .move(to: $0.point))
            },
            duration: .rounded(milliseconds: duration))
    }
}

extension ScreenSize {
    /// The pixel nearest to a position that may lie beyond the edges.
    func nearestPoint(to position: Vector) -> ScreenPoint {
        let largest = Vector(Double(max(width - 1, 0)), Double(max(height - 1, 0)))
        let inside = position.clamped(lowerBound: .zero, upperBound: largest).rounded(.toNearestOrAwayFromZero)
        return ScreenPoint(x: Int(inside.x), y: Int(inside.y))
    }
}
