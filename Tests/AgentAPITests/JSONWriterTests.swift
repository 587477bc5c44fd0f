import AgentAPI
import FoundationEssentials
import Testing

@Suite("JSON written without an encoder")
struct JSONWriterTests {
    private struct Decoded: Codable, Equatable {
        let text: String
        let number: Int
        let flag: Bool
    }

    @Test(
        "any text comes back as it went in",
        arguments: [
            "", "plain", String(repeating: "long \"", count: 5000), "\"quoted\\\"", "line\nbreak\r\ttab",
            "\u{0}\u{1F}\u{7F}", "ä€😀", "</script>", "\u{2028}",
        ])
    func text(text: String) throws {
        var json = JSONWriter(reservingBytes: 1)
        json.object { json in
            json.field("text", text)
            json.field("number", Int.min)
            json.field("flag", true)
        }
        let decoded = try JSONDecoder().decode(Decoded.self, from: Data(json.bytes))
        #expect(decoded == Decoded(text: text, number: .min, flag: true))
    }

    @Test("an entry of a listing is what the encoder would write")
    func fileInfo() throws {
        for target in [nil, "a\"b"] {
            let entry = FileInfoResponse(
                name: "ä\n", path: "/tmp/ä\n", percentEncodedPath: target, size: .max, isDirectory: false,
                modificationTime: Timestamp(seconds: 1_790_000_000, nanoseconds: 123_456_000), mode: "-rw-r--r--",
                octalMode: "0644", owner: "root", group: "54321", userID: 0, groupID: 54_321, linkTarget: target)
            var json = JSONWriter(reservingBytes: 1)
            entry.write(to: &json)
            #expect(try JSONDecoder().decode(FileInfoResponse.self, from: Data(json.bytes)) == entry)
        }
    }

    @Test(
        "times are RFC 3339, and those it cannot say are the nearest it can",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000000Z"), (-1, 999_999_999, "1969-12-31T23:59:59.999999Z"),
            (1_709_164_800, 0, "2024-02-29T00:00:00.000000Z"), (Int64.max, 5, "9999-12-31T23:59:59.000000Z"),
            (Int64.min, 0, "0001-01-01T00:00:00.000000Z"),
        ])
    func times(seconds: Int64, nanoseconds: Int, text: String) {
        #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds).text == text)
    }
}
