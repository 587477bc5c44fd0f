import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A tab of the browser, as `/json/list` has it.
package struct BrowserTab: Sendable, Equatable, Decodable {
    /// DevTools' name of the target.
    package let id: String
    package let url: String
    let type: String
}

extension BrowserUpstream {
    /// The open tabs, the one that was active last first.
    ///
    /// - Throws: `unavailable` when Chromium does not answer in time, `badGateway`.
    package func tabs() async throws -> [BrowserTab] {
        let response = try await fetch(.GET, "/json/list", on: group.any()).response
        do {
            let targets = try JSONDecoder().decode([BrowserTab].self, from: Data(response.body.readableBytesView))
            return targets.filter { $0.type == "page" }
        } catch {
            throw AgentError(.badGateway, "Chromium's list of tabs is not understood", cause: "\(error)")
        }
    }

    /// Closes a tab; one that is closed already is no mistake.
    ///
    /// - Throws: `unavailable` when Chromium does not answer in time.
    package func closeTab(_ id: String) async throws {
        let path = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        _ = try await fetch(.GET, "/json/close/\(path)", on: group.any())
    }
}
