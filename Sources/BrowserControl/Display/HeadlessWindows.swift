import AgentCore
import XDisplay

/// The windows of a browser without any on the screen: nobody tells them that the screen has another size.
struct HeadlessWindows: Sendable {
    let devTools: any DevTools

    /// Gives every page's window the size of the screen. That there is no browser, or no page, is no error.
    func fit(_ size: ScreenSize) async {
        try? await devTools.withConnection { connection in
            let targets = try await connection.call("Target.getTargets")["targetInfos"]?.array ?? []
            for page in targets where page["type"]?.string == "page" {
                guard let target = page["targetId"] else { continue }
                let window = try await connection.call("Browser.getWindowForTarget", ["targetId": target])
                try await connection.call(
                    "Browser.setWindowBounds",
                    [
                        "windowId": window["windowId"] ?? .null,
                        "bounds": .object([
                            "left": .integer(0), "top": .integer(0), "width": .integer(Int64(size.width)),
                            "height": .integer(Int64(size.height)),
                        ]),
                    ])
            }
        }
    }
}
