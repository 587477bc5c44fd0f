import AgentCore
import FSService

/// Whether Chromium has what was installed.
struct ExtensionCheck: Sendable {
    private static let patience = Duration.seconds(30)

    let devTools: any DevTools
    let browserFiles: BrowserFiles

    /// Loads extensions into the running browser (DevTools protocol, "Extensions.loadUnpacked").
    ///
    /// Throws `badGateway` when Chromium does not take one.
    func load(_ extensions: [StagedExtension]) async throws {
        try await devTools.withConnection { connection in
            for each in extensions {
                try await connection.call("Extensions.loadUnpacked", ["path": .string(each.place.description)])
            }
        }
    }

    /// Returns once all are enabled. Throws `internalError` naming the first that is not after 30 s.
    func waitUntilEnabled(_ extensions: [StagedExtension]) async throws {
        guard !extensions.isEmpty else { return }
        let deadline = ContinuousClock.now + Self.patience
        while let missing = try await firstMissing(of: extensions) {
            guard ContinuousClock.now < deadline else {
                throw AgentError.internalError(
                    "Chromium does not enable the extension \(missing.name); its log may say why")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func firstMissing(of extensions: [StagedExtension]) async throws -> StagedExtension? {
        let enabled = try await enabledUnpacked()
        for each in extensions {
            switch each.installation {
            case .unpacked where !enabled.contains(each.id.description): return each
            case .forced where await !isInstalled(each): return each
            default: continue
            }
        }
        return nil
    }

    /// Chromium lists those it has loaded from directories.
    private func enabledUnpacked() async throws -> Set<String> {
        let answer = try await devTools.withConnection { try await $0.call("Extensions.getExtensions") }
        let enabled = (answer["extensions"]?.array ?? []).filter { $0["enabled"] == .bool(true) }
        return Set(enabled.compactMap { $0["id"]?.string })
    }

    /// Those it installs itself it unpacks into its profile.
    private func isInstalled(_ each: StagedExtension) async -> Bool {
        guard let path = try? FilePath("\(browserFiles.places.profile)/Default/Extensions/\(each.id)") else {
            return false
        }
        return await browserFiles.exists(path)
    }
}
