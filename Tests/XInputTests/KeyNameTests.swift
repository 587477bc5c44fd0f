import AgentCore
import Testing

@testable import XInput

@Suite struct KeyNameTests {
    @Test(
        arguments: [
            ("ctrl", [0xffe3]), ("Ctrl", [0xffe3]), ("Control_R", [0xffe4]), ("alt", [0xffe9]), ("shift", [0xffe1]),
            ("super", [0xffeb]), ("meta", [0xffe7]), ("Return", [0xff0d]), ("enter", [0xff0d]), ("F5", [0xffc2]),
            ("a", [0x61]), ("A", [0x41]), ("5", [0x35]), ("é", [0xe9]), ("日", [0x0100_65e5]), (" shift ", [0xffe1]),
            ("ctrl + shift+t", [0xffe3, 0xffe1, 0x74]), ("+", [0x2b]), ("ctrl++", [0xffe3, 0x2b]), ("-", [0x2d]),
            ("space", [0x20]), (" ", [0x20]), ("U20AC", [0x0100_20ac]),
        ] as [(String, [UInt])])
    func `a name means its keysyms`(name: String, keysyms: [UInt]) throws {
        #expect(try KeySequence(parsing: name).keysyms.map(\.value) == keysyms)
    }

    @Test(arguments: ["", "nonsense", "ctrl+", "ctrl+nonsense", "  "])
    func `what is no key is refused by name`(name: String) {
        do {
            _ = try KeySequence(parsing: name)
            Issue.record("\(name) was taken for a key")
        } catch {
            let error = error as? AgentError
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains(name.hasSuffix("nonsense") ? "nonsense" : name) == true)
        }
    }
}
