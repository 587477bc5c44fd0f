import AgentCore
import PlaywrightRuntime

/// Everything the daemon can be told, read once and validated; immutable afterwards.
///
/// A flag wins over the environment, the environment over the default. Names, units and defaults stand in `Setting`.
struct AgentConfiguration: Sendable {
    let bindAddress: String
    let apiPort: Int
    let devToolsProxyPort: Int
    /// Where Chromium's DevTools server listens.
    let devToolsUpstream: SocketEndpoint
    /// Chromium's, where it may say which port it has chosen.
    let userDataDirectory: String
    /// What chromedriver is told to attach to: the CDP proxy, or Chromium itself where the proxy wants a token or TLS,
    /// of which chromedriver knows neither.
    let devToolsAddress: SocketEndpoint
    let webDriverProxyPort: Int
    /// `nil` for none.
    let metricsPort: Int?
    /// Where chromedriver listens.
    let webDriverUpstream: SocketEndpoint
    let displayNumber: Int
    let recordingsDirectory: String
    /// Frames per second of a recording that asks for none, 1…20.
    let frameRate: Int
    /// Size limit of a recording that asks for none, in MB.
    let recordingSizeLimit: Int
    /// PulseAudio's source that recordings with sound take it from; `nil` when there is none.
    let audioSource: String?
    /// Where PulseAudio listens; `nil` when there is none.
    let pulseServer: String?
    /// What recordings leave free of the disk, in MB.
    let recordingDiskFloor: Int
    let supervisorLogDirectory: String
    /// Where supervisord listens.
    let supervisorSocket: String
    /// The user that Chromium runs as.
    let browserUser: String
    let extensionsDirectory: String
    let policyFile: String
    let flagFile: String
    /// Captured per stream by `exec`, in MiB.
    let execOutputLimit: Int
    /// Commands and spawned processes that run at the same time.
    let execConcurrency: Int
    /// Watches clients may have at the same time.
    let watchLimit: Int
    /// Events kept by each watch.
    let watchEventLimit: Int
    /// Where uploads wait until all of them is there.
    let spoolDirectory: String
    /// Entries an uploaded archive may have.
    let unpackEntryLimit: Int
    /// In GiB.
    let unpackSizeLimit: Int
    /// Unpacked over packed size.
    let unpackRatioLimit: Int
    let unpackDepthLimit: Int
    /// Disk space for the output of each spawned process, in MiB.
    let processOutputLimit: Int
    /// How long an ended process and its output are kept, in seconds.
    let processRetention: Int
    /// How many ended processes are kept.
    let processHistory: Int
    /// What is kept of each terminal's output, in KiB.
    let terminalHistory: Int
    /// MiB; 0 is no limit.
    let commandMemory: Int
    /// Percent of one processor; 0 is no limit.
    let commandProcessor: Int
    /// 0 is no limit.
    let commandTasks: Int
    /// Between SIGTERM and SIGKILL for a command that ran out of time, in seconds.
    let terminationGrace: Int
    /// Whether spawned processes go on when the agent stops.
    let leavesProcessesRunning: Bool
    let playwrightEngine: PlaywrightEngine
    /// Where the wheels of Playwright have been unpacked to.
    let playwrightDirectory: String
    /// `nil` is the one of the wheel.
    let playwrightNode: String?
    /// `nil` is the agent's own.
    let playwrightUser: String?
    /// For each executor, in MiB.
    let playwrightHeap: Int
    /// `Origin` values that are let in besides requests without one.
    let allowedOrigins: [String]
    /// Names in `Host` that are let in besides addresses and `localhost`.
    let allowedHosts: [String]
    let accessTokens: AccessTokenSource
    /// PEM files of the certificate chain and its key; `nil` for no encryption.
    let encryption: (certificateFile: String, keyFile: String)?
    /// Through which the platform that puts idle machines to sleep is told not to.
    let scaleToZeroFile: String
    let scaleToZeroCooldown: Duration
    /// Whether clients may have the machine's clock set.
    let setsClock: Bool
    /// The clock that the wall clock is to follow; `nil` leaves that to others.
    let hardwareClock: String?
    let logLevel: LogLevel
    /// How long a graceful stop may take, in seconds.
    let shutdownTimeout: Int
    let limits: LimitSettings

    var display: String { ":\(displayNumber)" }

    /// Throws `invalidArgument` that names the key of the first bad value.
    ///
    /// - Parameter accessToken: the one of the environment, which is a secret and no setting like the others.
    init(_ source: SettingSource, accessToken: AccessToken? = nil) throws {
        bindAddress = try source.value(.bindAddress)
        apiPort = try source.value(.port)
        devToolsProxyPort = try source.value(.devToolsProxyPort)
        devToolsUpstream = try source.value(.devToolsUpstream)
        userDataDirectory = try source.value(.userDataDirectory)
        webDriverProxyPort = try source.value(.webDriverProxyPort)
        webDriverUpstream = try source.value(.webDriverUpstream)
        metricsPort = try source.optionalPort(.metricsPort)
        accessTokens = AccessTokenSource(own: accessToken, file: try source.optionalValue(.accessTokenFile))
        encryption = try source.encryption()
        let isOpen = accessToken == nil && accessTokens.file == nil && encryption == nil
        devToolsAddress =
            try source.optionalValue(.devToolsAddress)
            ?? (isOpen ? SocketEndpoint(host: "127.0.0.1", port: devToolsProxyPort) : devToolsUpstream)
        displayNumber = try source.value(.displayNumber)
        recordingsDirectory = try source.value(.recordingsDirectory)
        frameRate = try source.value(.frameRate)
        recordingSizeLimit = try source.value(.recordingSizeLimit)
        audioSource = try source.optionalValue(.audioSource)
        pulseServer = try source.optionalValue(.pulseServer)
        recordingDiskFloor = try source.value(.recordingDiskFloor)
        supervisorLogDirectory = try source.value(.supervisorLogDirectory)
        supervisorSocket = try source.value(.supervisorSocket)
        browserUser = try source.value(.browserUser)
        extensionsDirectory = try source.value(.extensionsDirectory)
        policyFile = try source.value(.policyFile)
        flagFile = try source.value(.flagFile)
        execOutputLimit = try source.value(.execOutputLimit)
        execConcurrency = try source.value(.execConcurrency)
        watchLimit = try source.value(.watchLimit)
        watchEventLimit = try source.value(.watchEventLimit)
        spoolDirectory = try source.value(.spoolDirectory)
        unpackEntryLimit = try source.value(.unpackEntryLimit)
        unpackSizeLimit = try source.value(.unpackSizeLimit)
        unpackRatioLimit = try source.value(.unpackRatioLimit)
        unpackDepthLimit = try source.value(.unpackDepthLimit)
        processOutputLimit = try source.value(.processOutputLimit)
        processRetention = try source.value(.processRetention)
        processHistory = try source.value(.processHistory)
        terminalHistory = try source.value(.terminalHistory)
        commandMemory = try source.value(.commandMemory)
        commandProcessor = try source.value(.commandProcessor)
        commandTasks = try source.value(.commandTasks)
        terminationGrace = try source.value(.terminationGrace)
        leavesProcessesRunning = try source.value(.leavesProcessesRunning)
        playwrightEngine = try source.value(.playwrightEngine)
        playwrightDirectory = try source.value(.playwrightDirectory)
        playwrightNode = try source.optionalValue(.playwrightNode)
        playwrightUser = try source.optionalValue(.playwrightUser)
        playwrightHeap = try source.value(.playwrightHeap)
        allowedOrigins = try source.value(.allowedOrigins)
        allowedHosts = try source.value(.allowedHosts)
        scaleToZeroFile = try source.value(.scaleToZeroFile)
        scaleToZeroCooldown = try source.value(.scaleToZeroCooldown)
        setsClock = try source.value(.setsClock)
        hardwareClock = try source.optionalValue(.hardwareClock)
        logLevel = try source.value(.logLevel)
        shutdownTimeout = try source.value(.shutdownTimeout)
        limits = try LimitSettings(source)
    }
}

extension SettingSource {
    /// `nil` for the port 0.
    fileprivate func optionalPort(_ setting: Setting<Int>) throws -> Int? {
        let port = try value(setting)
        return port == 0 ? nil : port
    }

    fileprivate func encryption() throws -> (certificateFile: String, keyFile: String)? {
        switch (try optionalValue(.certificateFile), try optionalValue(.keyFile)) {
        case (let certificateFile?, let keyFile?): return (certificateFile, keyFile)
        case (nil, nil): return nil
        default: throw AgentError.invalidArgument("TLS_CERTIFICATE_FILE and TLS_KEY_FILE go together: set both")
        }
    }
}

/// The levels of swift-log, named so that configuration needs no logging library.
enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}
