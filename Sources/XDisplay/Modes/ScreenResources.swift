import AgentCore
import CX11

/// What the server says of its outputs and modes, and the one output that shows the screen (RandR protocol, 1.3).
///
/// Confined to the session that made it; the server's answer is freed with it.
struct ScreenResources: ~Copyable {
    let pointer: UnsafeMutablePointer<XRRScreenResources>
    let output: RROutput
    /// What drives the output.
    let crtc: RRCrtc
    /// The mode it shows; 0 when it is off.
    let current: RRMode
    /// What the output may show.
    let outputModes: [RRMode]

    /// Throws `unavailable` when the server has no output that is connected.
    init(root: Window, on display: OpaquePointer) throws {
        guard let pointer = XRRGetScreenResourcesCurrent(display, root) else {
            throw AgentError.unavailable("the X server does not tell what outputs it has")
        }
        guard let found = Self.connectedOutput(of: pointer, on: display) else {
            XRRFreeScreenResources(pointer)
            throw AgentError.unavailable("the X server has no output that is connected, so its size is fixed")
        }
        self.pointer = pointer
        (output, crtc, outputModes) = found
        let info = XRRGetCrtcInfo(display, pointer, crtc)
        current = info?.pointee.mode ?? 0
        if let info { XRRFreeCrtcInfo(info) }
    }

    deinit { XRRFreeScreenResources(pointer) }

    /// All modes the server knows, those of other outputs included.
    var modes: UnsafeBufferPointer<XRRModeInfo> {
        UnsafeBufferPointer(start: pointer.pointee.modes, count: Int(pointer.pointee.nmode))
    }

    var currentMode: ScreenMode? { modes.first { $0.id == current }?.screenMode }

    private static func connectedOutput(
        of resources: UnsafeMutablePointer<XRRScreenResources>, on display: OpaquePointer
    ) -> (RROutput, RRCrtc, [RRMode])? {
        for index in 0..<Int(resources.pointee.noutput) {
            let output = resources.pointee.outputs[index]
            guard let info = XRRGetOutputInfo(display, resources, output) else { continue }
            defer { XRRFreeOutputInfo(info) }
            let crtc = info.pointee.crtc != 0 ? info.pointee.crtc : firstCRTC(of: info.pointee)
            guard info.pointee.connection == RR_Connected, let crtc else { continue }
            let modes = (0..<Int(info.pointee.nmode)).map { info.pointee.modes[$0] }
            return (output, crtc, modes)
        }
        return nil
    }

    private static func firstCRTC(of output: XRROutputInfo) -> RRCrtc? {
        output.ncrtc > 0 ? output.crtcs[0] : nil
    }
}
