import AgentCore
import FSService

/// Makes a change step by step, and undoes all of it when a step fails.
struct SetupTransaction: Sendable {
    let browserFiles: BrowserFiles
    let display: DisplayControl
    private(set) var rollback = Rollback()
    /// What has been replaced and is kept until it is certain that it is not needed.
    private(set) var replaced: FilePath?

    private var files: FileSystemService { browserFiles.files }
    private var profiles: ProfileStore { ProfileStore(browserFiles: browserFiles) }

    init(browserFiles: BrowserFiles, display: DisplayControl) {
        self.browserFiles = browserFiles
        self.display = display
    }

    /// Throws `SetupFailure`; then `rollback` undoes what was done until there.
    mutating func make(_ change: SetupChange, _ prepared: PreparedSetup) async throws {
        try await SetupFailure.at(.policies) { try await changePolicies(change.policies, prepared.extensions) }
        try await SetupFailure.at(.extensions) { try await place(prepared.extensions) }
        if let wanted = change.display { try await SetupFailure.at(.display) { try await resize(wanted) } }
        try await SetupFailure.at(.flags) { try await changeFlags(change.flags, prepared.extensions) }
        if let profile = prepared.profile { try await SetupFailure.at(.profile) { try await swap(in: profile) } }
    }

    /// Removes what is not needed any more.
    func finish() async {
        if let replaced { await profiles.discard(replaced) }
    }

    private mutating func changePolicies(
        _ policies: [String: JSONValue], _ extensions: [StagedExtension]
    ) async throws {
        guard !policies.isEmpty || !extensions.isEmpty else { return }
        let file = browserFiles.policies
        let merged = try await file.read().merging(policies) { $1 }
        rollback.onFailure(try await file.file.restoration())
        try await file.write(
            ExtensionPolicies(address: browserFiles.places.extensionsAddress).adding(extensions, to: merged))
    }

    private mutating func place(_ extensions: [StagedExtension]) async throws {
        for each in extensions {
            try await files.move(each.staging, to: each.place)
            rollback.onFailure { [files] in try? await files.deleteDirectory(each.place) }
        }
    }

    private mutating func resize(_ wanted: DisplayChange) async throws {
        let earlier = try await display.current()
        let now = try await display.apply(wanted)
        guard now != earlier else { return }
        rollback.onFailure { [display] in _ = try? await display.show(earlier) }
    }

    private mutating func changeFlags(_ flags: [ChromiumFlag], _ extensions: [StagedExtension]) async throws {
        let loaded = extensions.filter { $0.installation == .unpacked }.map(\.place.description)
        let load = loaded.isEmpty ? [] : [ChromiumFlag(name: "--load-extension", items: loaded)]
        guard !flags.isEmpty || !load.isEmpty else { return }
        let stored = try await browserFiles.flags.read()
        rollback.onFailure(try await browserFiles.flags.file.restoration())
        try await browserFiles.flags.write(stored.adding(flags + load))
    }

    private mutating func swap(in staging: FilePath) async throws {
        let profiles = profiles
        let place = browserFiles.places.profile
        let earlier = try await profiles.swap(in: staging)
        replaced = earlier
        rollback.onFailure { [files] in
            try? await files.deleteDirectory(place)
            try? await files.move(earlier, to: place)
        }
    }
}
