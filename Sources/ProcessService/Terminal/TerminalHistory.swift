/// The last of what a terminal has shown, in a ring. A pure value.
///
/// Offsets count the bytes since the terminal's beginning and only grow.
struct TerminalHistory {
    let capacity: Int
    /// Grows as needed up to the capacity.
    private var ring: [UInt8] = []
    /// How much has been shown.
    private(set) var end: UInt64 = 0

    /// - Parameter capacity: how much is kept, in bytes.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The oldest byte that is kept.
    var start: UInt64 { end - UInt64(ring.count) }

    /// - Parameter bytes: no more than the capacity.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let appended = UnsafeRawBufferPointer(rebasing: bytes.prefix(capacity - ring.count))
        ring.append(contentsOf: appended)
        end += UInt64(appended.count)
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(appended.count))
        guard !rest.isEmpty else { return }
        let place = Int(end % UInt64(capacity))
        ring.withUnsafeMutableBytes { ring in
            let first = min(rest.count, capacity - place)
            UnsafeMutableRawBufferPointer(rebasing: ring[place...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: rest.prefix(first)))
            ring.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.dropFirst(first)))
        }
        end += UInt64(rest.count)
    }

    /// The bytes from `offset` on, which must be kept; `limit` at most.
    func bytes(from offset: UInt64, limit: Int) -> [UInt8] {
        let count = min(Int(end - offset), limit)
        let place = Int(offset % UInt64(capacity))
        let first = ring[place..<min(place + count, ring.count)]
        return first.count == count ? Array(first) : Array(first + ring[..<(count - first.count)])
    }
}
