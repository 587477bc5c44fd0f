import DevToolsProxy
import PlaywrightRuntime

extension BrowserTabs {
    init(of devTools: CDPProxy) {
        self.init(
            urls: {
                Dictionary(try await devTools.tabs().map { ($0.id, $0.url) }, uniquingKeysWith: { first, _ in first })
            },
            close: { try await devTools.closeTab($0) })
    }
}
