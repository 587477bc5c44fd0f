import CPixels
import XDisplay

/// Makes pictures smaller: each pixel is the mean of the area it covers, so that thin lines and small text fade but
/// never vanish. Weights are in steps of 1/256.
struct AreaScaler: Sendable {
    private let columns: ScaleAxis
    private let rows: ScaleAxis

    /// - Parameter target: not larger than `source` in either direction.
    init(from source: ScreenSize, to target: ScreenSize) {
        columns = ScaleAxis(from: source.width, to: target.width)
        rows = ScaleAxis(from: source.height, to: target.height)
    }

    /// Lends some rows of the smaller picture.
    ///
    /// - Parameter source: of the size the scaler was made for.
    func withScaled<Result>(
        _ source: PixelRows, rows range: Range<Int>, _ body: (PixelRows) throws -> Result
    ) rethrows -> Result {
        let width = columns.starts.count
        let scaled = UnsafeMutablePointer<UInt8>.allocate(capacity: range.count * width * 4)
        let sums = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: source.width * 4)
        defer {
            scaled.deallocate()
            sums.deallocate()
        }
        for (index, row) in range.enumerated() {
            sum(source, row, in: sums)
            ga_scale_finish_row(
                sums.baseAddress, columns.starts, columns.ends, columns.weights, width, scaled + index * width * 4)
        }
        return try body(
            PixelRows(
                start: UnsafeRawPointer(scaled), bytesPerRow: width * 4, width: width, height: range.count))
    }

    /// The weighted sum of the rows that make one row of the smaller picture.
    private func sum(_ source: PixelRows, _ row: Int, in sums: UnsafeMutableBufferPointer<UInt16>) {
        sums.update(repeating: 0)
        let (first, last) = (Int(rows.starts[row]), Int(rows.ends[row]))
        for (index, line) in (first...last).enumerated() {
            let pixels = source.start + line * source.bytesPerRow
            ga_scale_add_row(pixels, source.width * 4, rows.weights[rows.offsets[row] + index], sums.baseAddress)
        }
    }
}

/// Which input pixels make each output pixel along one axis, and how much each counts.
struct ScaleAxis: Sendable {
    /// The first and the last input pixel of each output pixel.
    private(set) var starts: [UInt32] = []
    private(set) var ends: [UInt32] = []
    /// Where the weights of each output pixel begin.
    private(set) var offsets: [Int] = []
    /// 256 together for each output pixel.
    private(set) var weights: [UInt16] = []

    /// Output pixel `i` covers the input from `i * input / output` to `(i + 1) * input / output`. That is counted in
    /// parts of an input pixel, of which it has `output`, so everything is whole.
    init(from input: Int, to output: Int) {
        for index in 0..<output {
            let (start, end) = (index * input, (index + 1) * input)
            let pixels = start / output...(end - 1) / output
            starts.append(UInt32(pixels.lowerBound))
            ends.append(UInt32(pixels.upperBound))
            offsets.append(weights.count)
            var given = 0
            for pixel in pixels {
                let covered = min(end, (pixel + 1) * output) - start
                weights.append(UInt16(covered * 256 / input - given))
                given = covered * 256 / input
            }
        }
    }
}
