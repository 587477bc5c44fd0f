import Testing

@testable import GuestAgent

@Suite("ByteRange")
struct ByteRangeTests {
    @Test(
        "one range is read as RFC 9110 §14.1.2 has it, of ten bytes",
        arguments: [
            ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=2-5", .part(2..<6)), ("bytes=2-", .part(2..<10)),
            ("bytes=9-", .part(9..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-10", .part(0..<10)),
            ("bytes=-99", .part(0..<10)), ("bytes=5-99", .part(5..<10)), ("Bytes = 1-2 ", .part(1..<3)),
            ("bytes=5-99999999999999999999999", .part(5..<10)),
            ("bytes=10-", .unsatisfiable), ("bytes=10-12", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable),
            ("bytes=9223372036854775807-", .unsatisfiable),
        ])
    func single(field: String, expected: ByteRange) {
        #expect(ByteRange(field, length: 10) == expected)
    }

    @Test(
        "what cannot be read, other units and several ranges mean the whole",
        arguments: [
            nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=1-2-3", "bytes=--1", "bytes=+1-2",
            "bytes=1", "bytes=0-1,4-5", "lines=1-2", "bytes=1.0-2", "bytes=0x1-2", "bytes 1-2", "bytes=1 2-3",
        ])
    func ignored(field: String?) {
        #expect(ByteRange(field, length: 10) == .whole)
    }

    @Test("nothing is in an empty file", arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
    func empty(field: String) {
        #expect(ByteRange(field, length: 0) == .unsatisfiable)
    }
}
