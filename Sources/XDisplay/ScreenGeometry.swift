import AgentCore

/// A pixel of the screen; the origin is the top left corner.
package struct ScreenPoint: Sendable, Equatable {
    package let x: Int
    package let y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// The size of the screen in pixels.
package struct ScreenSize: Sendable, Equatable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Throws `invalidArgument`, naming the coordinate and the largest valid pair, unless `point` is on the screen.
    package func validate(_ point: ScreenPoint) throws {
        for (name, value, limit) in [("x", point.x, width), ("y", point.y, height)] where value < 0 || value >= limit {
            throw AgentError.invalidArgument(
                "\(name) is \(value), which is not on the screen: the largest valid coordinates are "
                    + "x \(width - 1), y \(height - 1)")
        }
    }

    /// Throws `invalidArgument`, naming the field, unless `region` is not empty and lies wholly on the screen.
    package func validate(_ region: ScreenRegion) throws {
        for (name, value) in [("x", region.x), ("y", region.y)] where value < 0 {
            throw AgentError.invalidArgument("region.\(name) is \(value); it must be 0 or more")
        }
        for (name, value) in [("width", region.width), ("height", region.height)] where value < 1 {
            throw AgentError.invalidArgument("region.\(name) is \(value); it must be 1 or more")
        }
        guard region.x < width, region.width <= width - region.x else { throw leaving("x", "width", width) }
        guard region.y < height, region.height <= height - region.y else { throw leaving("y", "height", height) }
    }

    private func leaving(_ origin: String, _ extent: String, _ limit: Int) -> AgentError {
        .invalidArgument(
            "the region leaves the screen, which is \(width) by \(height): "
                + "region.\(origin) + region.\(extent) must be at most \(limit)")
    }
}

/// A rectangle of the screen in pixels.
package struct ScreenRegion: Sendable, Hashable {
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
