import ArgumentParser

/// The settings as command-line options. Values stay text here; `AgentConfiguration` parses them.
struct SettingOptions: ParsableArguments {
    @Option(name: Self.name(.port), help: Self.help(.port)) var port: String?
    @Option(name: Self.name(.bindAddress), help: Self.help(.bindAddress)) var bindAddress: String?
    @Option(name: Self.name(.devToolsProxyPort), help: Self.help(.devToolsProxyPort)) var devToolsProxyPort: String?
    @Option(name: Self.name(.devToolsUpstream), help: Self.help(.devToolsUpstream)) var devToolsUpstream: String?
    @Option(name: Self.name(.devToolsAddress), help: Self.help(.devToolsAddress)) var devToolsAddress: String?
    @Option(name: Self.name(.webDriverProxyPort), help: Self.help(.webDriverProxyPort)) var webDriverProxyPort: String?
    @Option(name: Self.name(.webDriverUpstream), help: Self.help(.webDriverUpstream)) var webDriverUpstream: String?
    @Option(name: Self.name(.displayNumber), help: Self.help(.displayNumber)) var displayNumber: String?
    @Option(name: Self.name(.recordingsDirectory), help: Self.help(.recordingsDirectory))
    var recordingsDirectory: String?
    @Option(name: Self.name(.frameRate), help: Self.help(.frameRate)) var frameRate: String?
    @Option(name: Self.name(.recordingSizeLimit), help: Self.help(.recordingSizeLimit)) var recordingSizeLimit: String?
    @Option(name: Self.name(.audioSource), help: Self.help(.audioSource)) var audioSource: String?
    @Option(name: Self.name(.pulseServer), help: Self.help(.pulseServer)) var pulseServer: String?
    @Option(name: Self.name(.recordingDiskFloor), help: Self.help(.recordingDiskFloor)) var recordingDiskFloor: String?
    @Option(name: Self.name(.userDataDirectory), help: Self.help(.userDataDirectory))
    var userDataDirectory: String?
    @Option(name: Self.name(.supervisorLogDirectory), help: Self.help(.supervisorLogDirectory))
    var supervisorLogDirectory: String?
    @Option(name: Self.name(.supervisorSocket), help: Self.help(.supervisorSocket)) var supervisorSocket: String?
    @Option(name: Self.name(.browserUser), help: Self.help(.browserUser)) var browserUser: String?
    @Option(name: Self.name(.extensionsDirectory), help: Self.help(.extensionsDirectory)) var extensionsDirectory:
        String?
    @Option(name: Self.name(.policyFile), help: Self.help(.policyFile)) var policyFile: String?
    @Option(name: Self.name(.flagFile), help: Self.help(.flagFile)) var flagFile: String?
    @Option(name: Self.name(.execOutputLimit), help: Self.help(.execOutputLimit)) var execOutputLimit: String?
    @Option(name: Self.name(.execConcurrency), help: Self.help(.execConcurrency)) var execConcurrency: String?
    @Option(name: Self.name(.watchLimit), help: Self.help(.watchLimit)) var watchLimit: String?
    @Option(name: Self.name(.watchEventLimit), help: Self.help(.watchEventLimit)) var watchEventLimit: String?
    @Option(name: Self.name(.spoolDirectory), help: Self.help(.spoolDirectory)) var spoolDirectory: String?
    @Option(name: Self.name(.unpackEntryLimit), help: Self.help(.unpackEntryLimit)) var unpackEntryLimit: String?
    @Option(name: Self.name(.unpackSizeLimit), help: Self.help(.unpackSizeLimit)) var unpackSizeLimit: String?
    @Option(name: Self.name(.unpackRatioLimit), help: Self.help(.unpackRatioLimit)) var unpackRatioLimit: String?
    @Option(name: Self.name(.unpackDepthLimit), help: Self.help(.unpackDepthLimit)) var unpackDepthLimit: String?
    @Option(name: Self.name(.processOutputLimit), help: Self.help(.processOutputLimit)) var processOutputLimit: String?
    @Option(name: Self.name(.processRetention), help: Self.help(.processRetention)) var processRetention: String?
    @Option(name: Self.name(.processHistory), help: Self.help(.processHistory)) var processHistory: String?
    @Option(name: Self.name(.terminalHistory), help: Self.help(.terminalHistory)) var terminalHistory: String?
    @Option(name: Self.name(.commandMemory), help: Self.help(.commandMemory)) var commandMemory: String?
    @Option(name: Self.name(.commandProcessor), help: Self.help(.commandProcessor)) var commandProcessor: String?
    @Option(name: Self.name(.commandTasks), help: Self.help(.commandTasks)) var commandTasks: String?
    @Option(name: Self.name(.terminationGrace), help: Self.help(.terminationGrace)) var terminationGrace: String?
    @Option(name: Self.name(.leavesProcessesRunning), help: Self.help(.leavesProcessesRunning))
    var leavesProcessesRunning: String?
    @Option(name: Self.name(.playwrightEngine), help: Self.help(.playwrightEngine)) var playwrightEngine: String?
    @Option(name: Self.name(.playwrightDirectory), help: Self.help(.playwrightDirectory)) var playwrightDirectory:
        String?
    @Option(name: Self.name(.playwrightNode), help: Self.help(.playwrightNode)) var playwrightNode: String?
    @Option(name: Self.name(.playwrightUser), help: Self.help(.playwrightUser)) var playwrightUser: String?
    @Option(name: Self.name(.playwrightHeap), help: Self.help(.playwrightHeap)) var playwrightHeap: String?
    @Option(name: Self.name(.allowedOrigins), help: Self.help(.allowedOrigins)) var allowedOrigins: String?
    @Option(name: Self.name(.allowedHosts), help: Self.help(.allowedHosts)) var allowedHosts: String?
    @Option(name: Self.name(.accessTokenFile), help: Self.help(.accessTokenFile)) var accessTokenFile: String?
    @Option(name: Self.name(.certificateFile), help: Self.help(.certificateFile)) var certificateFile: String?
    @Option(name: Self.name(.keyFile), help: Self.help(.keyFile)) var keyFile: String?
    @Option(name: Self.name(.metricsPort), help: Self.help(.metricsPort)) var metricsPort: String?
    @Option(name: Self.name(.scaleToZeroFile), help: Self.help(.scaleToZeroFile)) var scaleToZeroFile: String?
    @Option(name: Self.name(.scaleToZeroCooldown), help: Self.help(.scaleToZeroCooldown))
    var scaleToZeroCooldown: String?
    @Option(name: Self.name(.setsClock), help: Self.help(.setsClock)) var setsClock: String?
    @Option(name: Self.name(.hardwareClock), help: Self.help(.hardwareClock)) var hardwareClock: String?
    @Option(name: Self.name(.logLevel), help: Self.help(.logLevel)) var logLevel: String?
    @Option(name: Self.name(.shutdownTimeout), help: Self.help(.shutdownTimeout)) var shutdownTimeout: String?
    @OptionGroup var limits: LimitOptions

    /// What was given, by flag.
    var flags: [String: String] {
        [
            Setting.port.flag: port,
            Setting.bindAddress.flag: bindAddress,
            Setting.devToolsProxyPort.flag: devToolsProxyPort,
            Setting.devToolsUpstream.flag: devToolsUpstream,
            Setting.devToolsAddress.flag: devToolsAddress,
            Setting.webDriverProxyPort.flag: webDriverProxyPort,
            Setting.webDriverUpstream.flag: webDriverUpstream,
            Setting.displayNumber.flag: displayNumber,
            Setting.recordingsDirectory.flag: recordingsDirectory,
            Setting.frameRate.flag: frameRate,
            Setting.recordingSizeLimit.flag: recordingSizeLimit,
            Setting.audioSource.flag: audioSource,
            Setting.pulseServer.flag: pulseServer,
            Setting.recordingDiskFloor.flag: recordingDiskFloor,
            Setting.userDataDirectory.flag: userDataDirectory,
            Setting.supervisorLogDirectory.flag: supervisorLogDirectory,
            Setting.supervisorSocket.flag: supervisorSocket,
            Setting.browserUser.flag: browserUser,
            Setting.extensionsDirectory.flag: extensionsDirectory,
            Setting.policyFile.flag: policyFile,
            Setting.flagFile.flag: flagFile,
            Setting.execOutputLimit.flag: execOutputLimit,
            Setting.execConcurrency.flag: execConcurrency,
            Setting.watchLimit.flag: watchLimit,
            Setting.watchEventLimit.flag: watchEventLimit,
            Setting.spoolDirectory.flag: spoolDirectory,
            Setting.unpackEntryLimit.flag: unpackEntryLimit,
            Setting.unpackSizeLimit.flag: unpackSizeLimit,
            Setting.unpackRatioLimit.flag: unpackRatioLimit,
            Setting.unpackDepthLimit.flag: unpackDepthLimit,
            Setting.processOutputLimit.flag: processOutputLimit,
            Setting.processRetention.flag: processRetention,
            Setting.processHistory.flag: processHistory,
            Setting.terminalHistory.flag: terminalHistory,
            Setting.commandMemory.flag: commandMemory,
            Setting.commandProcessor.flag: commandProcessor,
            Setting.commandTasks.flag: commandTasks,
            Setting.terminationGrace.flag: terminationGrace,
            Setting.leavesProcessesRunning.flag: leavesProcessesRunning,
            Setting.playwrightEngine.flag: playwrightEngine,
            Setting.playwrightDirectory.flag: playwrightDirectory,
            Setting.playwrightNode.flag: playwrightNode,
            Setting.playwrightUser.flag: playwrightUser,
            Setting.playwrightHeap.flag: playwrightHeap,
            Setting.allowedOrigins.flag: allowedOrigins,
            Setting.allowedHosts.flag: allowedHosts,
            Setting.accessTokenFile.flag: accessTokenFile,
            Setting.certificateFile.flag: certificateFile,
            Setting.keyFile.flag: keyFile,
            Setting.metricsPort.flag: metricsPort,
            Setting.scaleToZeroFile.flag: scaleToZeroFile,
            Setting.scaleToZeroCooldown.flag: scaleToZeroCooldown,
            Setting.setsClock.flag: setsClock,
            Setting.hardwareClock.flag: hardwareClock,
            Setting.logLevel.flag: logLevel,
            Setting.shutdownTimeout.flag: shutdownTimeout,
        ].merging(limits.flags) { $1 }.compactMapValues { $0 }
    }
}

extension ParsableArguments {
    static func name<Value>(_ setting: Setting<Value>) -> NameSpecification {
        .customLong(setting.flag)
    }

    static func help<Value>(_ setting: Setting<Value>) -> ArgumentHelp {
        let fallback = setting.fallback.isEmpty ? "unset" : setting.fallback
        return ArgumentHelp("\(setting.summary) [\(setting.variable), default \(fallback)]", valueName: "value")
    }
}
