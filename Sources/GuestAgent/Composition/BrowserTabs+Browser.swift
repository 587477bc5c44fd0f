import DevToolsProxy
import PlaywrightRuntime

extension BrowserTabs {
    init(of browser: BrowserUpstream) {
        self.init(
            urls: {
                Dictionary(try await browser.tabs().map { ($0.id, $0.url) }, uniquingKeysWith: { first, _ in first })
            },
            close: { try await browser.closeTab($0) })
    }
}
