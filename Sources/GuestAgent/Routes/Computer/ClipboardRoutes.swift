import AgentAPI
import Hummingbird
import XInput

/// `/computer/clipboard/*`.
struct ClipboardRoutes {
    let clipboard: Clipboard

    func add(to table: inout RouteTable) {
        table.post("/computer/clipboard/read") { _, context in
            let text = try await context.whileWanted { try await clipboard.read() }
            return try .json(ClipboardText(text: text))
        }
        table.post("/computer/clipboard/write") { request, context in
            try await clipboard.write(request.decodeJSON(ClipboardText.self, context).text)
            return .empty()
        }
    }
}
