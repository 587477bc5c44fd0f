/// A cubic Bézier curve, walked along by length.
struct BezierCurve: Sendable {
    private static let pieces = 64

    private let controls: (Vector, Vector, Vector, Vector)
    /// From the beginning to the end of each piece, in pixels, beginning with 0.
    private let lengths: [Double]

    init(_ start: Vector, _ first: Vector, _ second: Vector, _ end: Vector) {
        controls = (start, first, second, end)
        var lengths = [0.0]
        var previous = start
        for piece in 1...Self.pieces {
            let next = Self.point(on: controls, at: Double(piece) / Double(Self.pieces))
            lengths.append(lengths[piece - 1] + (next - previous).length)
            previous = next
        }
        self.lengths = lengths
    }

    /// - Parameter share: of the curve's length, 0 to 1.
    func point(atShare share: Double) -> Vector {
        let wanted = share * lengths[Self.pieces]
        let piece = pieceHolding(wanted)
        let length = lengths[piece + 1] - lengths[piece]
        let within = length > 0 ? (wanted - lengths[piece]) / length : 0
        return Self.point(on: controls, at: (Double(piece) + within) / Double(Self.pieces))
    }

    private func pieceHolding(_ length: Double) -> Int {
        var (low, high) = (0, Self.pieces - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lengths[middle] <= length { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private static func point(on controls: (Vector, Vector, Vector, Vector), at parameter: Double) -> Vector {
        let rest = 1 - parameter
        let outer = rest * rest * rest * controls.0 + parameter * parameter * parameter * controls.3
        return outer + 3 * rest * parameter * (rest * controls.1 + parameter * controls.2)
    }
}
