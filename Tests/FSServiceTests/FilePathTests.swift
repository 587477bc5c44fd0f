import AgentCore
import Testing

@testable import FSService

@Suite("FilePath and FileMode")
struct FilePathTests {
    @Test("an empty path and a NUL are refused", arguments: ["", "/tmp/a\0b", "\0"])
    func refused(path: String) {
        let error = #expect(throws: AgentError.self) { try FilePath(path) }
        #expect(error?.code == .invalidArgument)
    }

    @Test(
        "a path splits into parent and name",
        arguments: [
            ("/a/b", "/a", "b"), ("/a/b//", "/a", "b"), ("/a//b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"),
            ("a/b", "a", "b"), ("/", "/", "/"), ("//", "/", "/"), ("///a", "/", "a"), ("a/", ".", "a"),
        ])
    func split(path: String, parent: String, name: String) throws {
        let path = try FilePath(path)
        #expect(path.parent.description == parent)
        #expect(String(decoding: path.lastComponent, as: UTF8.self) == name)
    }

    @Test("three or four octal digits are a mode", arguments: [("644", 0o644), ("0755", 0o755), ("7777", 0o7777)])
    func mode(text: String, value: UInt32) throws {
        #expect(try FileMode(octal: text).rawValue == value)
    }

    @Test("anything else is not", arguments: ["", "64", "07777", "0o644", "888", "rwx", "+644", "-644", " 644", "٦٤٤"])
    func badMode(text: String) {
        let error = #expect(throws: AgentError.self) { try FileMode(octal: text) }
        #expect(error?.code == .invalidArgument)
    }
}
