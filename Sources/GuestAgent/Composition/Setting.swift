import AgentCore
import PlaywrightRuntime

/// One key of the configuration: how it is called, what it means, and what it accepts.
///
/// The flag is the environment variable in lower case with dashes: `PORT` and `--port`.
struct Setting<Value: Sendable>: Sendable {
    let variable: String
    /// As shown by `--help` and in the README.
    let summary: String
    /// In the written form, parsed like any other value.
    let fallback: String
    /// What a value must be, completing "must be …".
    let expectation: String
    let parse: @Sendable (String) -> Value?

    var flag: String { String(variable.lowercased().map { $0 == "_" ? "-" : $0 }) }
}

extension Setting where Value == Int {
    static func integer(_ variable: String, _ summary: String, default fallback: Int, in range: ClosedRange<Int>)
        -> Self
    {
        Setting(
            variable: variable, summary: summary, fallback: String(fallback),
            expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } })
    }

    static func port(_ variable: String, _ summary: String, default fallback: Int) -> Self {
        integer(variable, summary, default: fallback, in: 1...65535)
    }

    static let port = port("PORT", "API port", default: 10001)
    static let devToolsProxyPort = port("DEVTOOLS_PROXY_PORT", "CDP proxy port", default: 9222)
    static let webDriverProxyPort = port("CHROMEDRIVER_PROXY_PORT", "WebDriver proxy port", default: 9224)
    static let metricsPort = integer(
        "METRICS_PORT", "port for Prometheus to read metrics from; 0 for none", default: 10002, in: 0...65535)
    static let displayNumber = integer(
        "DISPLAY_NUM", "number of the X display", default: 1, in: 0...65535)
    static let frameRate = integer(
        "FRAME_RATE", "frames per second of a recording that asks for none", default: 10, in: 1...20)
    static let recordingSizeLimit = integer(
        "MAX_SIZE_MB", "size limit of a recording that asks for none, in MB", default: 500, in: 1...10_000)
    static let recordingDiskFloor = integer(
        "RECORDING_DISK_FLOOR_MB", "what recordings leave free of the disk, in MB", default: 64, in: 0...1_000_000)
    static let execOutputLimit = integer(
        "EXEC_OUTPUT_LIMIT_MB", "output captured per stream of a command, in MiB", default: 64, in: 1...1024)
    static let execConcurrency = integer(
        "EXEC_LIMIT", "commands and processes that run at the same time", default: 256, in: 1...10_000)
    static let watchLimit = integer(
        "WATCH_LIMIT", "file watches running at the same time", default: 64, in: 1...1000)
    static let watchEventLimit = integer(
        "WATCH_EVENT_LIMIT", "events each file watch keeps for its readers", default: 131_072, in: 1024...1_048_576)
    static let unpackEntryLimit = integer(
        "UNPACK_ENTRY_LIMIT", "entries an uploaded archive may have", default: 1_000_000, in: 1...100_000_000)
    static let unpackSizeLimit = integer(
        "UNPACK_SIZE_LIMIT_GB", "size an uploaded archive may unpack to, in GiB", default: 64, in: 1...1_000_000)
    static let unpackRatioLimit = integer(
        "UNPACK_RATIO_LIMIT", "times its size an uploaded archive may unpack to, beyond 64 MiB", default: 1000,
        in: 1...1_000_000)
    static let unpackDepthLimit = integer(
        "UNPACK_DEPTH_LIMIT", "directories in each other in an uploaded archive", default: 128, in: 1...10_000)
    static let processOutputLimit = integer(
        "PROCESS_OUTPUT_MB", "disk space for the output of each spawned process, in MiB", default: 64, in: 1...4096)
    static let processRetention = integer(
        "PROCESS_RETENTION_SEC", "how long an ended process and its output are kept, in seconds", default: 600,
        in: 10...86_400)
    static let processHistory = integer(
        "PROCESS_KEPT", "ended processes that are kept at most", default: 1000, in: 1...100_000)
    static let terminalHistory = integer(
        "TERMINAL_HISTORY_KB", "what is kept of each terminal's output, in KiB", default: 1024, in: 64...65_536)
    static let terminationGrace = integer(
        "KILL_GRACE_SEC", "time between SIGTERM and SIGKILL for a command that ran out of time, in seconds", default: 2,
        in: 0...60)
    static let commandMemory = integer(
        "COMMAND_MEMORY_MB", "memory that all commands and processes may use together, in MiB; 0 for no limit",
        default: 0, in: 0...16_777_216)
    static let commandProcessor = integer(
        "COMMAND_CPU_PERCENT", "share of one processor that they may use together; 0 for no limit", default: 0,
        in: 0...100_000)
    static let commandTasks = integer(
        "COMMAND_TASKS", "processes and threads that they may be together; 0 for no limit", default: 0,
        in: 0...4_194_304)
    static let playwrightHeap = integer(
        "PLAYWRIGHT_HEAP_MB", "memory for the objects of each Playwright executor, in MiB", default: 1024,
        in: 128...65_536)
    static let shutdownTimeout = integer(
        "SHUTDOWN_TIMEOUT_SEC", "time a graceful stop may take, in seconds", default: 10, in: 1...300)
}

extension Setting where Value == Bool {
    private static func flag(_ variable: String, _ summary: String) -> Self {
        Setting(
            variable: variable, summary: summary, fallback: "false", expectation: "true or false",
            parse: { ["true": true, "1": true, "false": false, "0": false][$0.lowercased()] })
    }

    static let leavesProcessesRunning = flag(
        "LEAVE_PROCESSES", "whether spawned processes go on when the agent stops")
    static let setsClock = flag("SETS_CLOCK", "whether clients may have the machine's clock set")
}

extension Setting where Value == String {
    private static func text(_ variable: String, _ summary: String, default fallback: String) -> Self {
        Setting(
            variable: variable, summary: summary, fallback: fallback, expectation: "a non-empty text",
            parse: { $0.isEmpty ? nil : $0 })
    }

    static let bindAddress = text(
        "BIND_ADDRESS", "address all ports are bound to; 0.0.0.0 for all interfaces", default: "127.0.0.1")
    static let accessTokenFile = text(
        "ACCESS_TOKEN_FILE", "tokens that open the agent, one a line; nobody needs one when unset", default: "")
    static let certificateFile = text(
        "TLS_CERTIFICATE_FILE", "certificate chain in PEM; no encryption when unset", default: "")
    static let keyFile = text("TLS_KEY_FILE", "the certificate's key in PEM", default: "")
    static let recordingsDirectory = text("OUTPUT_DIR", "directory of the recordings", default: ".")
    static let audioSource = text(
        "AUDIO_SOURCE", "PulseAudio source of recordings with sound; none when unset", default: "")
    static let pulseServer = text("PULSE_SERVER", "address of PulseAudio, for sound; none when unset", default: "")
    static let spoolDirectory = text(
        "SPOOL_DIR", "directory where uploads wait and the output of processes is kept", default: "/tmp")
    static let playwrightDirectory = text(
        "PLAYWRIGHT_DIR", "where pip has put patchright or playwright", default: "/usr/local/lib/guest-agent/playwright"
    )
    static let playwrightNode = text(
        "PLAYWRIGHT_NODE", "Node.js for Playwright code; that of the wheel when unset", default: "")
    static let playwrightUser = text(
        "PLAYWRIGHT_USER", "user that Playwright code runs as; the agent's own when unset", default: "")
    static let supervisorSocket = text(
        "SUPERVISOR_SOCKET", "Unix socket of supervisord, which runs Chromium", default: "/var/run/supervisor.sock")
    static let browserUser = text("BROWSER_USER", "user that Chromium runs as", default: "kernel")
    static let extensionsDirectory = text(
        "EXTENSIONS_DIR", "directory of uploaded extensions", default: "/home/kernel/extensions")
    static let policyFile = text(
        "CHROMIUM_POLICY_FILE", "managed policies that the agent keeps",
        default: "/etc/chromium/policies/managed/policy.json")
    static let flagFile = text("CHROMIUM_FLAGS_FILE", "flags that the agent keeps", default: "/chromium/flags")
    static let supervisorLogDirectory = text(
        "SUPERVISOR_LOG_DIR", "directory with one log file per supervised program",
        default: "/var/log/supervisord")
    static let scaleToZeroFile = text(
        "SCALE_TO_ZERO_FILE", "control file of the platform that puts idle machines to sleep",
        default: "/uk/libukp/scale_to_zero_disable")
    static let hardwareClock = text(
        "HARDWARE_CLOCK", "clock that the system's follows when the machine was stopped; none when unset", default: "")
    static let userDataDirectory = text(
        "CHROMIUM_USER_DATA_DIR", "Chromium's user data directory", default: "/home/kernel/user-data")
}

extension Setting where Value == SocketEndpoint {
    private static func endpoint(_ variable: String, _ summary: String, default fallback: String) -> Self {
        Setting(
            variable: variable, summary: summary, fallback: fallback, expectation: "host:port",
            parse: { SocketEndpoint($0) })
    }

    static let devToolsUpstream = endpoint(
        "DEVTOOLS_UPSTREAM_ADDR", "Chromium's DevTools server", default: "127.0.0.1:9223")
    static let devToolsAddress = endpoint(
        "DEVTOOLS_PROXY_ADDR", "what chromedriver attaches to; the CDP proxy when unset", default: "")
    static let webDriverUpstream = endpoint(
        "CHROMEDRIVER_UPSTREAM_ADDR", "chromedriver's server", default: "127.0.0.1:9225")
}

extension Setting where Value == [String] {
    static let allowedOrigins = Setting(
        variable: "ALLOWED_ORIGINS", summary: "comma-separated Origin values that are let in", fallback: "",
        expectation: "origins such as https://live.example, separated by commas",
        parse: { text in
            let origins = text.split(separator: ",").map { String($0.trimmingBlanks()) }
            return origins.allSatisfy { $0.contains("://") } ? origins : nil
        })
    static let allowedHosts = Setting(
        variable: "ALLOWED_HOSTS",
        summary: "comma-separated names that the agent may be called by, besides addresses and localhost", fallback: "",
        expectation: "host names such as vm.example, without ports, separated by commas",
        parse: { text in
            let hosts = text.split(separator: ",").map { String($0.trimmingBlanks()) }
            return hosts.allSatisfy { HostName.isWellFormed($0) && !$0.contains(":") } ? hosts : nil
        })
}

extension Setting where Value == Duration {
    static let scaleToZeroCooldown = Setting(
        variable: "SCALE_TO_ZERO_COOLDOWN", summary: "how long a machine stays awake after its last use",
        fallback: "1s", expectation: "a time from 0 to 1 h such as 500ms, 1s or 2m",
        parse: { text in Duration(written: text).flatMap { (.zero ... .seconds(3600)).contains($0) ? $0 : nil } })
}

extension Duration {
    /// A number and its unit, without a sign: `ms`, `s`, `m` or `h`. `nil` for anything else.
    fileprivate init?(written text: String) {
        let units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        guard
            let (unit, seconds) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Double(text.dropLast(unit.count)), number.isFinite, (0...1_000_000).contains(number)
        else { return nil }
        self = .seconds(number * seconds)
    }
}

extension Setting where Value == LogLevel {
    static let logLevel = Setting(
        variable: "LOG_LEVEL", summary: "least severe level logged", fallback: LogLevel.info.rawValue,
        expectation: "one of \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))",
        parse: { LogLevel(rawValue: $0.lowercased()) })
}

extension Setting where Value == PlaywrightEngine {
    static let playwrightEngine = Setting(
        variable: "PLAYWRIGHT_ENGINE", summary: "the library that runs Playwright code",
        fallback: PlaywrightEngine.patchright.rawValue,
        expectation: "one of \(PlaywrightEngine.allCases.map(\.rawValue).joined(separator: ", "))",
        parse: { PlaywrightEngine(rawValue: $0.lowercased()) })
}
