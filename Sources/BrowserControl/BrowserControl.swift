import AgentCore
package import FSService
package import XDisplay

/// Changes how the browser and its screen are set up, while the machine runs.
///
/// Calls take turns, whatever they change: no two of them restart the browser at the same time, and none sees the files
/// of another half written. Whatever a call changes it restarts the browser once at most, and not at all where it need
/// not. A change is made whole or not at all: what fails is undone, and the browser runs again as it did before.
package struct BrowserControl: Sendable {
    private let turns = TurnQueue(width: 1)
    private let display: DisplayControl
    private let chromium: ChromiumProgram
    private let browserFiles: BrowserFiles
    private let devTools: any DevTools

    private var preparation: SetupPreparation { SetupPreparation(browserFiles: browserFiles) }
    private var extensionCheck: ExtensionCheck { ExtensionCheck(devTools: devTools, browserFiles: browserFiles) }

    package init(
        display: DisplayControl, supervisor: Supervisor, devTools: any DevTools, places: BrowserPlaces,
        files: FileSystemService
    ) {
        self.display = display
        self.devTools = devTools
        chromium = ChromiumProgram(supervisor: supervisor, devTools: devTools)
        browserFiles = BrowserFiles(places: places, files: files)
    }

    /// Throws as `DisplayControl.apply`.
    package func change(display change: DisplayChange) async throws -> ScreenMode {
        try await turns.withTurn { try await display.apply(change) }
    }

    /// Makes all of a change, in the order of `SetupStep` and with what needs no pause of the browser done before it
    /// stops; returns when the browser answers, has its extensions, and is on its way to the address.
    ///
    /// Throws `SetupFailure`. Everything is then as it was, and the browser runs.
    package func apply(_ change: SetupChange) async throws {
        try await turns.withTurn {
            if let wanted = change.display { try await SetupFailure.at(.display) { try await display.check(wanted) } }
            let prepared = try await preparation.prepare(change)
            do {
                try await make(change, prepared)
            } catch {
                await preparation.discard(prepared)
                throw error
            }
            if let address = change.startURL { await Navigation(devTools: devTools).go(to: address) }
        }
    }

    /// The browser's profile as tar in Zstandard, without what Chromium makes anew by itself. The browser is stopped while
    /// it is packed: it writes what it has in memory, and no file is caught between two writes.
    ///
    /// Throws `unavailable` without a supervisor, `insufficientStorage` when the spool directory is full, `internalError`
    /// when the browser does not come back.
    package func packProfile() async throws -> Spool {
        try await turns.withTurn {
            try await chromium.stop()
            let packed: Result<Spool, any Error>
            do {
                packed = .success(try await ProfileStore(browserFiles: browserFiles).pack())
            } catch {
                packed = .failure(error)
            }
            try await chromium.start()
            return try packed.get()
        }
    }

    private func make(_ change: SetupChange, _ prepared: PreparedSetup) async throws {
        var transaction = SetupTransaction(browserFiles: browserFiles, display: display)
        do {
            if try await needsRestart(change, prepared) {
                try await restarting { try await transaction.make(change, prepared) }
                try await check(prepared.extensions)
            } else {
                try await transaction.make(change, prepared)
                try await loadLive(prepared.extensions)
            }
        } catch {
            await undo(transaction)
            throw error
        }
        await transaction.finish()
    }

    /// Chromium reads switches, policies and its profile when it starts, and only then.
    private func needsRestart(_ change: SetupChange, _ prepared: PreparedSetup) async throws -> Bool {
        if prepared.profile != nil { return true }
        if !prepared.extensions.isEmpty {
            let isLive = change.prefersLiveExtensions && prepared.extensions.allSatisfy { $0.installation == .unpacked }
            if !isLive { return true }
        }
        guard !change.flags.isEmpty || !change.policies.isEmpty else { return false }
        let (flags, policies) = try await (browserFiles.flags.read(), browserFiles.policies.read())
        let isNew = flags.adding(change.flags) != flags || policies.merging(change.policies) { $1 } != policies
        guard !isNew else { return true }
        return await !chromium.isReady()
    }

    /// Runs `body` while the browser is down.
    private func restarting(_ body: () async throws -> Void = {}) async throws {
        try await SetupFailure.at(.stopChromium) { try await chromium.stop() }
        try await body()
        try await SetupFailure.at(.startChromium) { try await chromium.start() }
    }

    /// What the running browser does not take it gets by a restart.
    private func loadLive(_ extensions: [StagedExtension]) async throws {
        guard !extensions.isEmpty else { return }
        do {
            try await extensionCheck.load(extensions)
        } catch {
            try await restarting()
        }
        try await check(extensions)
    }

    private func check(_ extensions: [StagedExtension]) async throws {
        try await SetupFailure.at(.extensions) { try await extensionCheck.waitUntilEnabled(extensions) }
    }

    /// The browser runs afterwards if it can: how it ends and starts is no further error, for there is one already.
    private func undo(_ transaction: SetupTransaction) async {
        if !transaction.rollback.isEmpty { try? await chromium.stop() }
        await transaction.rollback.undo()
        try? await chromium.start()
    }
}
