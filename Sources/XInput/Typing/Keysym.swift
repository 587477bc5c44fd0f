import AgentCore
import CX11

/// The X name of what a key produces (X11 protocol, appendix A): a character, or a function such as Return.
struct Keysym: Hashable, Sendable {
    let value: UInt

    init(_ value: UInt) { self.value = value }

    static let none = Keysym(0)

    /// The keysym of a character: Latin-1 stands for itself, all else lies above 0x01000000.
    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20...0x7e, 0xa0...0xff: value = UInt(scalar.value)
        default: value = 0x0100_0000 | UInt(scalar.value)
        }
    }

    /// The character this keysym stands for, if it was made by `init(_: Unicode.Scalar)`.
    var scalar: Unicode.Scalar? {
        switch value {
        case 0x20...0x7e, 0xa0...0xff: Unicode.Scalar(UInt32(value))
        case 0x0100_0100...0x0110_ffff: Unicode.Scalar(UInt32(value) & 0xff_ffff)
        default: nil
        }
    }

    /// The keysym that types a character of a text. Control characters are the keys that produce them.
    ///
    /// Throws `invalidArgument` for a control character that no key produces.
    init(typing scalar: Unicode.Scalar) throws {
        switch scalar.value {
        case 0x08: self.init(UInt(XK_BackSpace))
        case 0x09: self.init(UInt(XK_Tab))
        case 0x0a, 0x0d: self.init(UInt(XK_Return))
        case 0x1b: self.init(UInt(XK_Escape))
        case 0x7f: self.init(UInt(XK_Delete))
        case 0x00...0x1f, 0x80...0x9f:
            let code = String(scalar.value, radix: 16, uppercase: true)
            throw AgentError.invalidArgument("text contains the control character 0x\(code), which no key types")
        default: self.init(scalar)
        }
    }
}
