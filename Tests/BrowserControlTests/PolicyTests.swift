import AgentCore
import Testing

@testable import BrowserControl

@Suite("Policies")
struct PolicyTests {
    private func message(_ policies: [String: JSONValue]) -> String? {
        do throws(AgentError) {
            try PolicyRules.check(policies)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func `what fits and what is not known passes`() {
        #expect(message(["BookmarkBarEnabled": .bool(true), "DefaultCookiesSetting": .integer(1)]) == nil)
        #expect(message(["SomethingNew": .object([:]), "URLBlocklist": .array([])]) == nil)
    }

    @Test func `every problem is named in one message`() throws {
        let text = try #require(
            message([
                "BookmarkBarEnabled": .integer(1), "ProxyMode": .string("direct"), "HomepageLocation": .bool(true),
            ]))
        for name in ["BookmarkBarEnabled", "ProxyMode", "HomepageLocation"] { #expect(text.contains(name)) }
    }

    @Test func `no policies at all are refused`() {
        #expect(message([:]) != nil)
    }

    @Test func `every known policy has one type`() {
        #expect(PolicyKinds.known.count > 100)
    }
}
