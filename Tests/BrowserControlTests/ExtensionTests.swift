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

    private func hex(_ text: String) -> String {
        SHA256.digest(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func `the hash is that of the standard`() {
        // FIPS 180-4's own examples, and lengths around that of a block.
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hex(String(repeating: "a", count: 64)) == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
        )
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
