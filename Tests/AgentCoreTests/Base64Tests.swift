import AgentCore
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the RFC's examples`(plain: String, encoded: String) {
        #expect(Base64.text(Array(plain.utf8)) == encoded)
    }

    @Test func `every byte in every place`() {
        let bytes = (0...255).flatMap { [UInt8($0), UInt8(255 - $0)] }
        #expect(Base64.text(bytes).hasPrefix("AP8B/gL9A/wE+wX6"))
        #expect(Base64.text([0xFB, 0xFF, 0xBF]) == "+/+/")
    }
}
