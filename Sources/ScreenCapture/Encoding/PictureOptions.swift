import AgentCore
package import XDisplay

/// What a picture of the screen should be like.
package struct PictureOptions: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable {
        case png, jpeg
    }

    /// The whole screen when there is none.
    package let region: ScreenRegion?
    package let format: Format
    /// 1 to 100; 0 where the format has no such thing.
    package let quality: Int
    /// More than 0, at most 1.
    package let scale: Double
    package let showsPointer: Bool

    /// - Parameters:
    ///   - quality: from 1 to 100, of JPEG: from 90 on, colours are kept at full resolution, below at half of it.
    ///   - scale: output pixels for each pixel of the screen, more than 0 and at most 1.
    ///
    /// Throws `invalidArgument`, naming the field of the API, for what is out of range.
    package init(
        region: ScreenRegion? = nil, format: Format = .png, quality: Int = 80, scale: Double = 1,
        showsPointer: Bool = true
    ) throws {
        guard (1...100).contains(quality) else {
            throw AgentError.invalidArgument("field quality must be from 1 to 100, not \(quality)")
        }
        guard scale > 0, scale <= 1 else {
            throw AgentError.invalidArgument("field scale must be more than 0 and at most 1, not \(scale)")
        }
        (self.region, self.format, self.scale, self.showsPointer) = (region, format, scale, showsPointer)
        self.quality = format == .jpeg ? quality : 0
    }

    /// The part of such a screen that is shown. Throws `invalidArgument`, naming the field, unless it lies on it.
    package func region(on screen: ScreenSize) throws -> ScreenRegion {
        guard let region else { return ScreenRegion(x: 0, y: 0, width: screen.width, height: screen.height) }
        try screen.validate(region)
        return region
    }

    /// Tells these options from others.
    var fingerprint: String {
        let part = region.map { "\($0.x).\($0.y).\($0.width).\($0.height)" } ?? "all"
        return "\(format)\(quality)-\(part)-\(scale)-\(showsPointer ? "p" : "n")"
    }
}
