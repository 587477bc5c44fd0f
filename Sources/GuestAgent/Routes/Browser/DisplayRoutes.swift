import AgentAPI
import BrowserControl
import Hummingbird
import XDisplay

/// `/display`.
struct DisplayRoutes {
    let browser: BrowserControl

    func add(to table: inout RouteTable) {
        table.add(.patch, "/display") { request, context in
            let change = try DisplayChange(try await request.decodeJSON(ChangeDisplayRequest.self, context))
            return try .json(DisplayResponse(try await browser.change(display: change)))
        }
    }
}

extension DisplayChange {
    init(_ wanted: ChangeDisplayRequest) throws {
        try self.init(
            width: wanted.width, height: wanted.height, refreshRate: wanted.refreshRate,
            requiresIdle: wanted.requireIdle ?? true)
    }
}

extension DisplayResponse {
    init(_ mode: ScreenMode) {
        self.init(width: mode.size.width, height: mode.size.height, refreshRate: mode.refreshRate)
    }
}
