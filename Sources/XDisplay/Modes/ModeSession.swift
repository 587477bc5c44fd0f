import AgentCore
import CX11

/// The requests that change what the screen shows, on one connection.
final class ModeSession {
    /// What a pixel is taken for where programs ask for millimetres.
    private static let dotsPerInch = 96.0

    let display: OpaquePointer
    let root: Window
    let windows: MaximisedWindows

    /// Throws `unavailable` when the server has no RandR.
    init(display: OpaquePointer) throws {
        var (event, error): (Int32, Int32) = (0, 0)
        guard XRRQueryExtension(display, &event, &error) != 0 else {
            throw AgentError.unavailable("the X server has no RandR extension, so the size of its screen is fixed")
        }
        self.display = display
        root = XDefaultRootWindow(display)
        windows = MaximisedWindows(display: display, root: root)
    }

    func mode() throws -> ScreenMode {
        let size = try ScreenSize(ofRoot: root, on: display)
        let resources = try? ScreenResources(root: root, on: display)
        return ScreenMode(size: size, refreshRate: resources?.currentMode?.refreshRate ?? 0)
    }

    /// What width and height may be.
    func sizeLimits() -> (width: ClosedRange<Int>, height: ClosedRange<Int>) {
        var (leastWidth, leastHeight): (Int32, Int32) = (1, 1)
        var (mostWidth, mostHeight): (Int32, Int32) = (1, 1)
        XRRGetScreenSizeRange(display, root, &leastWidth, &leastHeight, &mostWidth, &mostHeight)
        return (
            Int(leastWidth)...Int(max(leastWidth, mostWidth)), Int(leastHeight)...Int(max(leastHeight, mostHeight))
        )
    }

    /// Has the screen show `wanted`; nobody else sees anything between the two sizes. The screen is as it was when it
    /// throws: `invalidArgument` when the server refuses the size.
    func show(_ wanted: ScreenMode) throws {
        let resources = try ScreenResources(root: root, on: display)
        let earlier = ScreenMode(
            size: try ScreenSize(ofRoot: root, on: display), refreshRate: resources.currentMode?.refreshRate ?? 0)
        let mode = try provide(wanted, resources)
        XGrabServer(display)
        defer {
            XUngrabServer(display)
            XSync(display, 0)
        }
        guard set(mode, size: wanted.size, resources) else {
            _ = set(resources.current, size: earlier.size, resources)
            throw Self.refusal(of: wanted)
        }
        forgetOwnModes(except: mode, resources)
    }

    static func refusal(of mode: ScreenMode) -> AgentError {
        .invalidArgument(
            "the X server refuses \(mode.size.width) by \(mode.size.height) pixels: its memory for pictures may be too "
                + "small; ask for fewer")
    }

    /// The output is off in between: neither size may be too small for the other's mode.
    private func set(_ mode: RRMode, size: ScreenSize, _ resources: borrowing ScreenResources) -> Bool {
        let (list, crtc) = (resources.pointer, resources.crtc)
        XRRSetCrtcConfig(display, list, crtc, UInt(CurrentTime), 0, 0, 0, Rotation(RR_Rotate_0), nil, 0)
        XRRSetScreenSize(
            display, root, Int32(size.width), Int32(size.height), millimetres(size.width), millimetres(size.height))
        var output = resources.output
        let status = XRRSetCrtcConfig(
            display, list, crtc, UInt(CurrentTime), 0, 0, mode, Rotation(RR_Rotate_0), &output, 1)
        XSync(display, 0)
        let errors = XErrorHandlers.takeErrors(of: display)
        return status == RRSetConfigSuccess && errors.isEmpty
    }

    private func millimetres(_ pixels: Int) -> Int32 { Int32((Double(pixels) / Self.dotsPerInch * 25.4).rounded()) }

    /// A mode of the output that fits, made if there is none.
    private func provide(_ wanted: ScreenMode, _ resources: borrowing ScreenResources) throws -> RRMode {
        let fitting = resources.modes.filter { $0.screenMode == wanted }.map(\.id)
        if let mode = fitting.first(where: resources.outputModes.contains) { return mode }
        let mode = fitting.first ?? create(ModeTiming(mode: wanted))
        XRRAddOutputMode(display, resources.output, mode)
        XSync(display, 0)
        guard XErrorHandlers.takeErrors(of: display).isEmpty else {
            if fitting.isEmpty { XRRDestroyMode(display, mode) }
            throw Self.refusal(of: wanted)
        }
        return mode
    }

    private func create(_ timing: ModeTiming) -> RRMode {
        var info = timing.info
        var name = Array(timing.name.utf8CString)
        return name.withUnsafeMutableBufferPointer { name in
            info.name = name.baseAddress
            info.nameLength = UInt32(name.count - 1)
            return XRRCreateMode(display, root, &info)
        }
    }

    /// Modes stay with the server when their maker has gone, and would pile up.
    private func forgetOwnModes(except kept: RRMode, _ resources: borrowing ScreenResources) {
        for mode in resources.modes where mode.id != kept && ModeTiming.isOwn(mode.text) {
            if resources.outputModes.contains(mode.id) { XRRDeleteOutputMode(display, resources.output, mode.id) }
            XRRDestroyMode(display, mode.id)
        }
        XSync(display, 0)
        _ = XErrorHandlers.takeErrors(of: display)
    }
}
