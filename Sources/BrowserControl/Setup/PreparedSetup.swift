import FSService

/// What was unpacked beside its place and waits to be put there.
struct PreparedSetup: Sendable {
    var extensions: [StagedExtension] = []
    var profile: FilePath?
}

/// Does beforehand all that needs no change: while the browser still runs, and before anything has to be undone.
struct SetupPreparation: Sendable {
    let browserFiles: BrowserFiles

    private var staging: ExtensionStaging { ExtensionStaging(browserFiles) }
    private var profiles: ProfileStore { ProfileStore(browserFiles: browserFiles) }

    /// Nothing is left when it throws, which is a `SetupFailure`.
    func prepare(_ change: SetupChange) async throws -> PreparedSetup {
        var prepared = PreparedSetup()
        prepared.extensions = try await SetupFailure.at(.extensions) { try await staging.stage(change.extensions) }
        do {
            if let profile = change.profile {
                prepared.profile = try await SetupFailure.at(.profile) {
                    try await profiles.stage(profile, droppingSessions: change.startURL != nil)
                }
            }
            return prepared
        } catch {
            await discard(prepared)
            throw error
        }
    }

    /// Removes what is not in its place.
    func discard(_ prepared: PreparedSetup) async {
        await staging.discard(prepared.extensions)
        if let profile = prepared.profile { await profiles.discard(profile) }
    }
}
