/// What executors need to know of the browser's tabs beyond what their code does with them.
package struct BrowserTabs: Sendable {
    /// Where each open tab is, by its DevTools target.
    package let urls: @Sendable () async throws -> [String: String]
    /// Closes a tab; one that is closed already is no mistake.
    package let close: @Sendable (_ targetID: String) async throws -> Void

    package init(
        urls: @escaping @Sendable () async throws -> [String: String],
        close: @escaping @Sendable (_ targetID: String) async throws -> Void
    ) {
        self.urls = urls
        self.close = close
    }
}
