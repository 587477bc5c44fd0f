import AgentCore
import NIOCore
import Testing

@testable import GuestAgent

@Suite("Forms, taken apart as they arrive")
struct MultipartParserTests {
    /// Parts with their content, and whether the form was complete.
    private struct Parsed: Equatable {
        var parts: [String] = []
        var contents: [String] = []
        var ended = false
    }

    /// - Parameter pieces: how the bytes arrive.
    private static func parse(_ pieces: [ByteBuffer], boundary: String = "xyz") throws -> Parsed {
        var parser = MultipartParser(
            boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=\"\(boundary)\""))
        var parsed = Parsed()
        for piece in pieces {
            parser.feed(piece)
            while let event = try parser.next() {
                switch event {
                case .part(let part):
                    parsed.parts.append(part.name)
                    parsed.contents.append("")
                case .content(let content): parsed.contents[parsed.contents.count - 1] += String(buffer: content)
                case .partEnd: break
                case .end: parsed.ended = true
                }
            }
        }
        return parsed
    }

    private static func parse(_ text: String) throws -> Parsed { try parse([ByteBuffer(string: text)]) }

    private static let form = """
        preamble --xyz is no boundary in the middle of a line\r
        --xyz  \r
        Content-Disposition: form-data; name="a"\r
        \r
        first\r
        --xy\r
        \r\n--xyz-no\r
        --xyz\r
        content-disposition: form-data; filename="C:\\x.txt"; name=b\r
        Content-Type: text/plain\r
        \r
        \r
        --xyz\r
        Content-Disposition: form-data; name="quo\\"ted; [0]"\r
        \r
        last\r
        --xyz--\r
        epilogue\r\n--xyz\r\n
        """

    @Test("parts, empty ones too, come out with names and contents")
    func parts() throws {
        // "--xyz-no" starts a line like a boundary and is none, so the form is refused rather than guessed at.
        #expect(throws: AgentError.self) { try Self.parse(Self.form) }
        let form = Self.form.replacing("\r\n--xyz-no", with: "\r\n--xy-no")
        let parsed = try Self.parse(form)
        #expect(parsed.parts == ["a", "b", "quo\"ted; [0]"])
        #expect(parsed.contents == ["first\r\n--xy\r\n\r\n--xy-no", "", "last"])
        #expect(parsed.ended)
    }

    @Test("it does not matter where the bytes are cut", arguments: 1...40)
    func cuts(size: Int) throws {
        let bytes = Array(Self.form.replacing("\r\n--xyz-no", with: "\r\n--xy-no").utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + size, bytes.count)])
        }
        #expect(try Self.parse(pieces) == Self.parse([ByteBuffer(bytes: bytes)]))
    }

    @Test("random bytes between boundaries come out as they went in, however they are cut")
    func randomContent() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            // Of few letters, so that beginnings of boundaries are frequent.
            let content = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                Array("\r\n-xyz".utf8).randomElement(using: &generator) ?? 0
            }
            let text = String(decoding: content, as: UTF8.self)
            guard !("\r\n" + text + "\r\n").contains("\r\n--xyz") else { continue }
            let form = Array("--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n\(text)\r\n--xyz--".utf8)
            var pieces: [ByteBuffer] = []
            var rest = form[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...12, using: &generator))
                pieces.append(ByteBuffer(bytes: piece))
                rest = rest.dropFirst(piece.count)
            }
            let parsed = try Self.parse(pieces)
            #expect(parsed == Parsed(parts: ["a"], contents: [text], ended: true))
        }
    }

    @Test("a content that is large is handed on piece by piece")
    func large() throws {
        var parser = MultipartParser(boundary: try MultipartBoundary(contentType: "multipart/form-data; boundary=xyz"))
        parser.feed(ByteBuffer(string: "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n"))
        #expect(try parser.next() == .part(MultipartPart(name: "a")))
        for _ in 0..<100 {
            let piece = ByteBuffer(repeating: 0x78, count: 100_000)
            parser.feed(piece)
            #expect(try parser.next() == .content(piece))
            #expect(try parser.next() == nil)
        }
    }

    @Test("a form that is not complete has not ended", arguments: ["", "--xyz", "--xyz\r\n", "--xyz\r\nContent-Dispo"])
    func incomplete(form: String) throws {
        #expect(try Self.parse(form) == Parsed())
    }

    @Test(
        "what is no form is refused",
        arguments: [
            "--xyzzy\r\n", "--xyz\r\n\r\nno head", "--xyz\r\nContent-Type: text/plain\r\n\r\nno name",
            "--xyz\r\nno field\r\n\r\n", "--xyz\r\nContent-Disposition: form-data\r\n\r\n",
            "--xyz\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
            "--xyz\r\nX: " + String(repeating: "x", count: 20_000),
        ])
    func refused(form: String) {
        #expect(throws: AgentError.self) { try Self.parse(form) }
    }

    @Test(
        "a request that announces no form is refused",
        arguments: [
            nil, "", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/mixed; boundary=a", "multipart/form-data; boundary=" + String(repeating: "b", count: 71),
        ])
    func noForm(contentType: String?) {
        #expect(throws: AgentError.self) { try MultipartBoundary(contentType: contentType) }
    }

    @Test("boundaries are found quoted or not, in any case and place")
    func boundaries() throws {
        for value in [
            "multipart/form-data;boundary=a'b", "Multipart/Form-Data; charset=utf-8; Boundary=\"a'b\"",
            "multipart/form-data ; x=\"; boundary=no\" ; boundary=a'b ; y",
        ] {
            #expect(try MultipartBoundary(contentType: value).text == "a'b")
        }
    }
}
