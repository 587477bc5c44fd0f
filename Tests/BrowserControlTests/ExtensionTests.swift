import AgentCore
import NIOCore
import Testing

@testable import BrowserControl

@Suite("Extensions")
struct ExtensionTests {
    private let name: ExtensionName

    init() throws {
        name = try ExtensionName("one")
    }

    @Test func `ids are those that Chromium computes`() {
        // As Chromium 156 lists them.
        #expect(ExtensionID(unpackedAt: "/tmp/browser/ext").description == "bojilkikfnalpokdlgcchlmgajmabkmg")
        #expect(ExtensionID("abcdefghijklmnopabcdefghijklmnop") != nil)
        #expect(ExtensionID("abcdefghijklmnopabcdefghijklmnoq") == nil)
        #expect(ExtensionID(key: "not base64!") == nil)
    }

    @Test(arguments: ["", ".hidden", "a/b", "ä", "a b", String(repeating: "a", count: 256)])
    func `names that are no directory's or no URL's are refused`(text: String) {
        #expect(throws: AgentError.self) { try ExtensionName(text) }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"name":"x","version":"1"}"#, #"{"name":"x","version":"1","manifest_version":4}"#,
        #"{"name":1,"version":"1","manifest_version":3}"#,
    ])
    func `what is no manifest is refused`(text: String) {
        #expect(throws: AgentError.self) { try ExtensionManifest(ByteBuffer(string: text), of: name) }
    }

    @Test func `an extension that watches requests is for a policy to install`() throws {
        let text = #"{"name":"x","version":"1","manifest_version":3,"permissions":["tabs","webRequest"]}"#
        #expect(try ExtensionManifest(ByteBuffer(string: text), of: name).wantsPolicyInstall)
    }

    @Test func `update.xml is pointed to where it is served`() throws {
        let id = String(repeating: "abcdefgh", count: 4)
        let text = """
            <gupdate><app appid='\(id)'><updatecheck codebase="http://elsewhere/extensions/other/x.crx" version='1'/></app></gupdate>
            """
        let update = try UpdateManifest(text, of: name, files: ["x.crx"], address: "http://here/extensions/one/")
        #expect(update.id.description == id)
        #expect(update.text.contains(#"codebase="http://here/extensions/one/x.crx""#))
        #expect(throws: AgentError.self) { try UpdateManifest(text, of: name, files: [], address: "") }
        #expect(throws: AgentError.self) { try UpdateManifest("<app/>", of: name, files: ["x.crx"], address: "") }
    }
}
