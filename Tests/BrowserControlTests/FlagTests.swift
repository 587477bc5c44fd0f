import AgentCore
import Testing

@testable import BrowserControl

@Suite("Switches of Chromium")
struct FlagTests {
    private func flags(_ texts: String...) throws -> [ChromiumFlag] {
        try texts.map { text throws(AgentError) in try ChromiumFlag(text) }
    }

    @Test(arguments: ["", "   ", "-x", "lang=de", "--", "-- ", "--a\nb", "--a\0b"])
    func `what is no flag is refused`(text: String) {
        #expect(throws: AgentError.self) { try ChromiumFlag(text) }
    }

    @Test func `a later flag takes the place of an earlier one with its name`() throws {
        let list = FlagList(try flags("--lang=de", "--mute-audio", "--lang=fr", "--mute-audio"))
        #expect(list.texts == ["--lang=fr", "--mute-audio"])
    }

    @Test func `lists are united, each item once`() throws {
        let list = FlagList(try flags("--disable-features=A,B", "--load-extension=/x", "--disable-features=B,C"))
        #expect(list.texts == ["--disable-features=A,B,C", "--load-extension=/x"])
    }

    @Test func `values may have equals signs and be empty`() throws {
        #expect(
            FlagList(try flags("--proxy-server=http=a:1;https=b:2", "--x=")).texts
                == ["--proxy-server=http=a:1;https=b:2", "--x="])
    }

    @Test func `all but some extensions becomes those extensions`() throws {
        let line = ChromiumCommandLine(
            base: " --disable-extensions  --disable-extensions-except=/a,/b stray",
            stored: FlagList(try flags("--load-extension=/b,/c")))
        #expect(line.flags.texts == ["--load-extension=/a,/b,/c"])
    }

    @Test func `extensions stay off when nobody asked for any, or asks for none`() throws {
        let base = "--disable-extensions --load-extension=/a"
        #expect(
            ChromiumCommandLine(base: base, stored: FlagList()).flags.texts
                == ["--disable-extensions", "--load-extension=/a"])
        let stored = FlagList(try flags("--disable-extensions", "--load-extension=/b"))
        #expect(ChromiumCommandLine(base: base, stored: stored).flags.contains("--disable-extensions"))
    }

    @Test func `a policy that installs extensions needs the network`() {
        let base = "--disable-background-networking --lang=de"
        #expect(
            ChromiumCommandLine(base: base, stored: FlagList(), forcesExtensions: true).flags.texts == ["--lang=de"])
        #expect(ChromiumCommandLine(base: base, stored: FlagList()).flags.flags.count == 2)
    }
}
