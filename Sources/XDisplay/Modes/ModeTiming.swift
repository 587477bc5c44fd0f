import CX11

/// The timing of a mode that no monitor will ever see: the picture, and as little around it as servers accept.
struct ModeTiming {
    private static let horizontalBlanking = 160
    private static let verticalBlanking = 40

    let mode: ScreenMode

    /// As `xrandr` names modes, with the rate behind the size. Modes of this form are the agent's own.
    var name: String { "\(mode.size.width)x\(mode.size.height)_\(mode.refreshRate).00" }

    /// Whether a mode of that name was made from a `ModeTiming`.
    static func isOwn(_ name: String) -> Bool {
        let halves = name.split(separator: "_")
        let size = halves.first?.split(separator: "x").compactMap { Int($0) }
        return halves.count == 2 && size?.count == 2 && halves[1].hasSuffix(".00")
    }

    /// RandR describes a mode by its pixel clock in Hz and by where in pixels and lines the blanking lies (RandR
    /// protocol, "MODEINFO").
    var info: XRRModeInfo {
        let (width, height) = (mode.size.width, mode.size.height)
        let total = (width: width + Self.horizontalBlanking, height: height + Self.verticalBlanking)
        var info = XRRModeInfo()
        info.width = UInt32(width)
        info.height = UInt32(height)
        info.dotClock = UInt(total.width * total.height * max(1, mode.refreshRate))
        info.hSyncStart = UInt32(width + 48)
        info.hSyncEnd = UInt32(width + 80)
        info.hTotal = UInt32(total.width)
        info.vSyncStart = UInt32(height + 3)
        info.vSyncEnd = UInt32(height + 9)
        info.vTotal = UInt32(total.height)
        return info
    }
}

extension XRRModeInfo {
    var screenMode: ScreenMode {
        ScreenMode(size: ScreenSize(width: Int(width), height: Int(height)), refreshRate: refreshRate)
    }

    private var refreshRate: Int {
        let pixels = Double(hTotal) * Double(vTotal)
        return pixels > 0 ? Int((Double(dotClock) / pixels).rounded()) : 0
    }

    var text: String { name.map { String(cString: $0) } ?? "" }
}
