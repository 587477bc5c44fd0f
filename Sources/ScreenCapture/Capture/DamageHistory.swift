import XDisplay

/// Where the screen has changed, for the latest of its serials: whoever has a frame of one of them needs to look at
/// these places only.
struct DamageHistory: Sendable {
    private struct Entry {
        /// The first serial that shows the change.
        let serial: UInt64
        let regions: [ScreenRegion]
    }

    /// What is remembered, in changes. At twenty looks a second these are three seconds.
    private static let capacity = 64
    /// Of one change. More are one region that covers them all.
    private static let maximumRegions = 24

    /// In the order of their serials.
    private var entries: [Entry] = []
    /// Before it, nothing is known.
    private var firstKnown: UInt64

    /// - Parameter serial: of the first frame.
    init(startingAt serial: UInt64) { firstKnown = serial }

    /// Notes what has changed with `serial`.
    mutating func add(_ regions: [ScreenRegion], serial: UInt64) {
        let isScattered = regions.count > Self.maximumRegions
        entries.append(Entry(serial: serial, regions: isScattered ? [ScreenRegion(around: regions)] : regions))
        guard entries.count > Self.capacity else { return }
        firstKnown = entries.removeFirst().serial
    }

    /// Where a frame of today may differ from the one with `serial`; `nil` when that is too long ago. Regions may
    /// overlap, and lie off the screen in part.
    func regions(since serial: UInt64) -> [ScreenRegion]? {
        guard serial >= firstKnown else { return nil }
        return entries.reversed().prefix { $0.serial > serial }.flatMap(\.regions)
    }
}

extension ScreenRegion {
    /// The smallest one that covers all of `regions`, of which there must be one.
    init(around regions: [ScreenRegion]) {
        let (left, top) = (regions.map(\.x).min() ?? 0, regions.map(\.y).min() ?? 0)
        let right = regions.map { $0.x + $0.width }.max() ?? left
        let bottom = regions.map { $0.y + $0.height }.max() ?? top
        self.init(x: left, y: top, width: right - left, height: bottom - top)
    }
}
