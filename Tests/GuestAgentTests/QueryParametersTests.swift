import AgentCore
import Testing

@testable import GuestAgent

@Suite("QueryParameters")
struct QueryParametersTests {
    @Test(
        "values are decoded as SDKs encode them",
        arguments: [
            ("path=%2Ftmp%2Fa+b", "/tmp/a b"), ("path=/tmp/a%20b&jwt=x", "/tmp/a b"), ("path=100%", "100%"),
            ("path=%zz", "%zz"), ("path=%C3%A4", "ä"), ("path=a=b", "a=b"), ("path=first&path=second", "first"),
        ])
    func decoding(query: String, expected: String) {
        #expect(QueryParameters(query)["path"] == expected)
    }

    @Test("an absent or empty parameter is refused by name", arguments: [nil, "", "other=1", "path", "path="])
    func required(query: String?) {
        #expect(throws: AgentError.invalidArgument("query parameter path is required")) {
            try QueryParameters(query).required("path")
        }
    }

    @Test("booleans are read leniently and garbage is refused")
    func booleans() throws {
        #expect(try QueryParameters("follow=False").bool("follow", default: true) == false)
        #expect(try QueryParameters(nil).bool("follow", default: true))
        #expect(throws: AgentError.self) { try QueryParameters("follow=maybe").bool("follow", default: true) }
    }
}
