import Glibc

/// Tells by a sample whether bytes are worth compressing.
enum ByteEntropy {
    private static let windows = 4
    private static let windowSize = 4096
    /// Bits a byte carries: 8 in perfectly random data, 7.99 in a sample of it this size, at most 7.5 in programs.
    private static let threshold = 7.9

    /// Whether `bytes` look compressed or encrypted. Always `false` for less than a few kilobytes.
    static func isCompressed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= windowSize else { return false }
        var counts = [Int](repeating: 0, count: 256)
        let stride = (bytes.count - windowSize) / max(windows - 1, 1)
        for window in 0..<windows {
            let start = window * stride
            for byte in bytes[start..<(start + windowSize)] { counts[Int(byte)] += 1 }
        }
        return entropy(of: counts) >= threshold
    }

    /// Shannon's, in bits a symbol.
    private static func entropy(of counts: [Int]) -> Double {
        let total = Double(counts.reduce(0, +))
        return counts.reduce(0) { sum, count in
            count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
        }
    }
}
