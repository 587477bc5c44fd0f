import XDisplay

/// The parts of a picture that have to be converted again, as tiles: regions that overlap or touch cost once.
struct DirtyTiles {
    private static let tileWidth = 64
    private static let tileHeight = 16

    private let size: VideoSize
    private let columns: Int
    private let rows: Int
    private var isDirty: [Bool]

    /// All of it is clean.
    init(size: VideoSize) {
        self.size = size
        columns = (size.width + Self.tileWidth - 1) / Self.tileWidth
        rows = (size.height + Self.tileHeight - 1) / Self.tileHeight
        isDirty = Array(repeating: false, count: columns * rows)
    }

    mutating func markAll() { isDirty = Array(repeating: true, count: columns * rows) }

    /// What lies outside of the picture is left out.
    mutating func mark(_ region: ScreenRegion) {
        let (left, top) = (max(0, region.x), max(0, region.y))
        let right = min(size.width, region.x + region.width)
        let bottom = min(size.height, region.y + region.height)
        guard left < right, top < bottom else { return }
        let tiles = left / Self.tileWidth...(right - 1) / Self.tileWidth
        for row in top / Self.tileHeight...(bottom - 1) / Self.tileHeight {
            for column in tiles { isDirty[row * columns + column] = true }
        }
    }

    /// Calls `body` with regions of the picture that together cover what is dirty, none of them twice, and makes it
    /// clean. They start at even coordinates and end at even ones or at the edge of the picture.
    mutating func clean(_ body: (ScreenRegion) -> Void) {
        for row in 0..<rows {
            var column = 0
            while let first = isDirty[row * columns + column..<(row + 1) * columns].firstIndex(of: true) {
                let end = isDirty[first..<(row + 1) * columns].firstIndex(of: false) ?? (row + 1) * columns
                for index in first..<end { isDirty[index] = false }
                column = end - row * columns
                body(region(row: row, columns: (first - row * columns)..<column))
            }
        }
    }

    private func region(row: Int, columns: Range<Int>) -> ScreenRegion {
        let (x, y) = (columns.lowerBound * Self.tileWidth, row * Self.tileHeight)
        return ScreenRegion(
            x: x, y: y, width: min(size.width, columns.upperBound * Self.tileWidth) - x,
            height: min(size.height, y + Self.tileHeight) - y)
    }
}
