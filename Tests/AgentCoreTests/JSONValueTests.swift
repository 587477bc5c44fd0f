import AgentCore
import FoundationEssentials
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test(
        "a document survives decoding and encoding",
        arguments: [
            "null", "true", "\"ü\\u0000/\"", "[]", "{}", "9007199254740993", "-9223372036854775808",
            "18446744073709551615", "1.5", "{\"a\":[{\"b\":null},1,\"1\",false]}",
        ])
    func roundTrip(_ text: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == text)
    }

    @Test("numbers, booleans and strings are told apart")
    func kinds() throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(#"[1,true,"1",1.5]"#.utf8))
        #expect(value == .array([.integer(1), .bool(true), .string("1"), .number(1.5)]))
    }

    @Test("members are looked up by name", arguments: ["a"])
    func members(_ key: String) {
        #expect(JSONValue.object(["a": .integer(1)])[key] == .integer(1))
        #expect(JSONValue.array([])[key] == nil)
    }

    @Test("nesting without end is refused, not followed")
    func depth() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
    }
}
