import XDisplay

/// A place or a way on the screen, in pixels and parts of them.
typealias Vector = SIMD2<Double>

extension Vector {
    init(_ point: ScreenPoint) {
        self.init(Double(point.x), Double(point.y))
    }

    var length: Double { (self * self).sum().squareRoot() }

    /// A quarter turn.
    var normal: Vector { Vector(-y, x) }
}
