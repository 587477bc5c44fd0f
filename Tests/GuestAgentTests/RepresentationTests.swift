import HTTPTypes
import Testing

@testable import GuestAgent

@Suite("Representation: conditions and ranges")
struct RepresentationTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let later = "Sun, 06 Nov 1994 08:49:38 GMT"

    private static func selection(
        _ headers: HTTPFields, isWeak: Bool = false, length: Int64? = 10, method: HTTPRequest.Method = .get
    ) -> Representation.Selection {
        let representation = Representation(
            tag: EntityTag(opaque: "a", isWeak: isWeak), lastModified: HTTPDate(seconds: 784_111_777), length: length)
        return representation.selection(
            for: HTTPRequest(method: method, scheme: nil, authority: nil, path: "/", headerFields: headers))
    }

    @Test(
        "each condition by itself",
        arguments: [
            (.ifNoneMatch, "\"a\"", .notModified), (.ifNoneMatch, "W/\"a\"", .notModified),
            (.ifNoneMatch, "\"b\", W/\"a\" ,\"c\"", .notModified), (.ifNoneMatch, "*", .notModified),
            (.ifNoneMatch, "\"b\"", .whole), (.ifNoneMatch, "a", .whole), (.ifNoneMatch, "", .whole),
            (.ifMatch, "\"a\"", .whole), (.ifMatch, "*", .whole), (.ifMatch, "W/\"a\"", .preconditionFailed),
            (.ifMatch, "\"b\"", .preconditionFailed),
            (.ifModifiedSince, date, .notModified), (.ifModifiedSince, later, .notModified),
            (.ifModifiedSince, earlier, .whole), (.ifModifiedSince, "yesterday", .whole),
            (.ifUnmodifiedSince, date, .whole), (.ifUnmodifiedSince, earlier, .preconditionFailed),
            (.ifUnmodifiedSince, "yesterday", .whole),
        ] as [(HTTPField.Name, String, Representation.Selection)])
    func single(name: HTTPField.Name, value: String, expected: Representation.Selection) {
        #expect(Self.selection([name: value]) == expected)
        #expect(Self.selection([name: value], method: .head) == expected)
    }

    @Test("a tag outranks a date, and a failed expectation outranks news")
    func precedence() {
        #expect(Self.selection([.ifMatch: "\"a\"", .ifUnmodifiedSince: Self.earlier]) == .whole)
        #expect(Self.selection([.ifNoneMatch: "\"b\"", .ifModifiedSince: Self.later]) == .whole)
        #expect(Self.selection([.ifMatch: "\"b\"", .ifNoneMatch: "\"a\""]) == .preconditionFailed)
        #expect(Self.selection([.ifNoneMatch: "\"a\"", .range: "bytes=99-"]) == .notModified)
    }

    @Test("a range counts for GET only, and only of what has a length")
    func ranges() {
        #expect(Self.selection([.range: "bytes=2-3"]) == .part(2..<4))
        #expect(Self.selection([.range: "bytes=10-"]) == .unsatisfiable)
        #expect(Self.selection([.range: "bytes=2-3"], method: .head) == .whole)
        #expect(Self.selection([.range: "bytes=2-3"], length: nil) == .whole)
    }

    @Test(
        "a range of another state is not sent",
        arguments: [
            ("\"a\"", false, true), ("\"b\"", false, false), ("W/\"a\"", false, false), ("\"a\"", true, false),
            ("W/\"a\"", true, false), (date, false, true), (date, true, false), (later, false, false),
            ("garbage", false, false),
        ])
    func ifRange(field: String, isWeak: Bool, isPart: Bool) {
        let selection = Self.selection([.range: "bytes=2-3", .ifRange: field], isWeak: isWeak)
        #expect(selection == (isPart ? .part(2..<4) : .whole))
    }
}

@Suite("HTTPDate")
struct HTTPDateTests {
    @Test(
        "dates are written in the preferred form and read back",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func roundTrip(seconds: Int64, text: String) {
        #expect(HTTPDate(seconds: seconds).text == text)
        #expect(HTTPDate(text) == HTTPDate(seconds: seconds))
    }

    @Test("the form of asctime is read")
    func asctime() {
        #expect(HTTPDate("Sun Nov  6 08:49:37 1994") == HTTPDate(seconds: 784_111_777))
    }

    @Test(
        "all else is no date",
        arguments: [
            "", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        ])
    func garbage(text: String) {
        #expect(HTTPDate(text) == nil)
    }
}
