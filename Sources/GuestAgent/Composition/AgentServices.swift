import AgentCore
import DevToolsProxy
import FSService
import LogStream
import Logging
import NIOPosix
import ProcessService
import Recorder
import ScreenCapture
import ServiceLifecycle
import XDisplay
import XInput

/// Builds every service of the daemon from its configuration. No port or display is opened here.
struct AgentServices {
    let configuration: AgentConfiguration
    let input: InputService
    let clipboard: Clipboard
    let grabber: ScreenGrabber
    let screenshots: Screenshotter
    let recordings: RecordingService
    let files: FileSystemService
    let watches: FileWatches
    let processes: ProcessService
    let logs: LogStream
    let devTools: CDPProxy
    let webDriver: WebDriverProxy

    init(configuration: AgentConfiguration) throws {
        self.configuration = configuration
        files = try FileSystemService(
            blockingPool: Self.fileThreads, unpackLimits: configuration.unpackLimits,
            spoolDirectory: FilePath(configuration.spoolDirectory))
        let pointerVisibility = PointerVisibility()
        input = try InputService(displayName: configuration.display, pointerVisibility: pointerVisibility)
        grabber = try ScreenGrabber(displayName: configuration.display, pointerVisibility: pointerVisibility)
        screenshots = try Screenshotter(grabber: grabber)
        clipboard = try Clipboard(displayName: configuration.display)
        recordings = try RecordingService(
            source: grabber, sound: configuration.sound, directory: configuration.recordingsDirectory,
            diskFloor: Int64(configuration.recordingDiskFloor) * 1_000_000)
        watches = try FileWatches(limits: configuration.watches)
        processes = try ProcessService(configuration.processes)
        logs = try LogStream()
        devTools = CDPProxy(
            configuration: configuration.devToolsProxy, group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "devtools"))
        webDriver = WebDriverProxy(
            configuration: configuration.webDriverProxy,
            debuggerAddress: configuration.devToolsAddress,
            group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "webdriver"))
    }

    /// Threads that wait for disks. More than there are cores: a file system that hangs must not stop the others.
    private static let fileThreads = {
        let threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
        return threads
    }()

    /// In the order they start.
    var all: [any Service] {
        [
            ShutdownDeadline(timeout: configuration.shutdownTimeout),
            StartupTrim(),
            grabber,
            screenshots,
            recordings,
            InputUpkeep(input: input),
            OrphanReaper(processes: processes),
            ProcessShutdown(processes: processes),
            devTools,
            webDriver,
            APIServer(routes: routes, configuration: configuration, logger: Logger(label: "api")),
        ]
    }

    var readiness: Readiness {
        Readiness(
            xServer: { [input] in
                _ = try await input.screenSize()
                return nil
            },
            chromium: { [devTools] in try await devTools.check().product },
            recorder: { [recordings] in
                try recordings.check()
                return nil
            })
    }

    var routes: RouteTable {
        var table = RouteTable()
        HealthRoutes(readiness: readiness).add(to: &table)
        SpecRoutes().add(to: &table)
        PointerRoutes(input: input, screenshots: screenshots).add(to: &table)
        KeyRoutes(input: input, screenshots: screenshots).add(to: &table)
        BatchRoutes(input: input, screenshots: screenshots).add(to: &table)
        TypingRoutes(input: input, screenshots: screenshots).add(to: &table)
        ClipboardRoutes(clipboard: clipboard).add(to: &table)
        ScreenshotRoutes(screenshots: screenshots).add(to: &table)
        FileRoutes(files: files).add(to: &table)
        FileContentRoutes(files: files).add(to: &table)
        UploadRoutes(files: files).add(to: &table)
        ArchiveRoutes(files: files).add(to: &table)
        FindRoutes(files: files).add(to: &table)
        WatchRoutes(watches: watches).add(to: &table)
        RecordingRoutes(recordings: recordings, configuration: configuration).add(to: &table)
        RecordingFileRoutes(recordings: recordings, files: files, screenshots: screenshots).add(to: &table)
        ProcessRoutes(processes: processes).add(to: &table)
        TerminalRoutes(processes: processes).add(to: &table)
        ProcessOutputRoutes(processes: processes).add(to: &table)
        LogRoutes(logs: logs, supervisor: SupervisorLogs(directory: configuration.supervisorLogDirectory)).add(
            to: &table)
        PlannedRoutes().add(to: &table)
        return table
    }
}
