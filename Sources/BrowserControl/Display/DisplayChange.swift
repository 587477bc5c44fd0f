package import AgentCore
import XDisplay

/// What somebody wants of the display; what is left out stays as it is.
package struct DisplayChange: Sendable {
    /// Rates that are of any use: from one picture a second to more than anybody sees.
    private static let rates = 1...240

    private let width: Int?
    private let height: Int?
    private let refreshRate: Int?
    /// Whether to refuse while somebody watches or records.
    let requiresIdle: Bool

    /// - Throws: `invalidArgument`, saying what to change, when neither width nor height is given, one of them is not
    ///   positive, or the rate is not from 1 to 240.
    package init(width: Int?, height: Int?, refreshRate: Int?, requiresIdle: Bool = true) throws(AgentError) {
        guard width != nil || height != nil else {
            throw .invalidArgument("give the new width, the new height, or both")
        }
        for (name, value) in [("width", width), ("height", height)] {
            guard let value, value < 1 else { continue }
            throw .invalidArgument("\(name) is \(value); it must be a number of pixels, 1 or more")
        }
        if let refreshRate, !Self.rates.contains(refreshRate) {
            throw .invalidArgument(
                "refresh_rate is \(refreshRate); it must be from \(Self.rates.lowerBound) to \(Self.rates.upperBound), "
                    + "such as 60, 30, 25 or 10")
        }
        self.width = width
        self.height = height
        self.refreshRate = refreshRate
        self.requiresIdle = requiresIdle
    }

    func applied(to mode: ScreenMode) -> ScreenMode {
        ScreenMode(
            size: ScreenSize(width: width ?? mode.size.width, height: height ?? mode.size.height),
            refreshRate: refreshRate ?? mode.refreshRate)
    }
}
