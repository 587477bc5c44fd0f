import AgentCore

/// Sends the browser's first page to an address.
struct Navigation: Sendable {
    private static let patience = Duration.seconds(3)

    let devTools: any DevTools

    /// Returns when the page is on its way there, or after three seconds. That it cannot be reached is the page's to show.
    func go(to address: StartURL) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await navigate(to: address) }
            group.addTask { try? await Task.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
    }

    private func navigate(to address: StartURL) async throws {
        try await devTools.withConnection { connection in
            let targets = try await connection.call("Target.getTargets")["targetInfos"]?.array ?? []
            guard let page = targets.first(where: { $0["type"]?.string == "page" })?["targetId"] else {
                try await connection.call("Target.createTarget", ["url": .string(address.description)])
                return
            }
            let attached = try await connection.call(
                "Target.attachToTarget", ["targetId": page, "flatten": .bool(true)])
            try await connection.call(
                "Page.navigate", ["url": .string(address.description)], session: attached["sessionId"]?.string)
        }
    }
}
