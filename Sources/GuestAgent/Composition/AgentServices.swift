import AgentCore
import BrowserControl
import DevToolsProxy
import FSService
import LogStream
import Logging
import MachineLifecycle
import NIOPosix
import PlaywrightRuntime
import ProcessService
import Recorder
import ScreenCapture
import ServiceLifecycle
import XDisplay
import XInput

/// Builds every service of the daemon from its configuration. No port or display is opened here.
struct AgentServices {
    let configuration: AgentConfiguration
    let metrics = MetricsRegistry()
    /// `nil` where no platform puts the machine to sleep.
    let scaleToZero: ScaleToZero?
    let gate: Gate
    let input: InputService
    let clipboard: Clipboard
    let grabber: ScreenGrabber
    let screenshots: Screenshotter
    let recordings: RecordingService
    let files: FileSystemService
    let watches: FileWatches
    let processes: ProcessService
    let logs: LogStream
    let browser: BrowserUpstream
    let devTools: CDPProxy
    let playwright: PlaywrightService
    let browserControl: BrowserControl
    let webDriver: WebDriverProxy

    init(configuration: AgentConfiguration) throws {
        self.configuration = configuration
        scaleToZero = try configuration.scaleToZero()
        gate = try Gate(configuration, metrics: metrics, scaleToZero: scaleToZero)
        files = try FileSystemService(
            blockingPool: Self.fileThreads, unpackLimits: configuration.unpackLimits,
            spoolDirectory: FilePath(configuration.spoolDirectory),
            diskFloor: DiskFloor(bytes: Int64(configuration.limits.diskFloor) * 1_000_000))
        let pointerVisibility = PointerVisibility()
        clipboard = try Clipboard(displayName: configuration.display)
        input = try InputService(
            displayName: configuration.display, pointerVisibility: pointerVisibility, clipboard: clipboard)
        grabber = try ScreenGrabber(displayName: configuration.display, pointerVisibility: pointerVisibility)
        screenshots = try Screenshotter(grabber: grabber)
        recordings = try RecordingService(
            source: grabber, sound: configuration.sound, directory: configuration.recordingsDirectory,
            diskFloor: Int64(configuration.recordingDiskFloor) * 1_000_000, limit: configuration.limits.recordings,
            scaleToZero: scaleToZero)
        watches = try FileWatches(limits: configuration.watches)
        processes = try ProcessService(configuration.processes, scaleToZero: scaleToZero)
        logs = try LogStream()
        let loops = MultiThreadedEventLoopGroup.singleton
        let relays = try RelayThread(
            counting: metrics.meter(.counter, "guest_agent_relayed_bytes_total", "Bytes of WebSockets passed on."))
        browser = BrowserUpstream(configuration.devToolsLocation, group: loops)
        devTools = CDPProxy(
            listener: ProxyListener(
                configuration: configuration.devToolsProxy(gate), relays: relays, group: loops,
                logger: Logger(label: "devtools")),
            browser: browser)
        playwright = try PlaywrightService(
            configuration.playwright, processes: processes, tabs: BrowserTabs(of: browser))
        let browserTools = BrowserDevTools(upstream: browser)
        browserControl = try BrowserControl(
            display: DisplayControl(
                modes: ScreenModes(displayName: configuration.display),
                recordings: RunningRecordings(service: recordings), devTools: browserTools),
            supervisor: Supervisor(socketPath: configuration.supervisorSocket), devTools: browserTools,
            places: configuration.browserPlaces, files: files)
        webDriver = WebDriverProxy(
            listener: ProxyListener(
                configuration: configuration.webDriverProxy(gate), relays: relays, group: loops,
                logger: Logger(label: "webdriver")),
            driver: configuration.webDriverUpstream, browser: browser, debuggerAddress: configuration.devToolsAddress)
        registerReadings()
    }

    /// Threads that wait for disks. More than there are cores: a file system that hangs must not stop the others.
    private static let fileThreads = {
        let threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
        return threads
    }()

    /// In the order they start, with what the log calls them.
    var all: [NamedService] {
        let metrics = APIServer.metrics(configuration, gate).map { [NamedService("metrics", $0)] } ?? []
        return upkeep + [
            NamedService("shutdown deadline", ShutdownDeadline(timeout: configuration.shutdownTimeout)),
            NamedService("startup trim", StartupTrim()),
            NamedService("screen grabber", grabber),
            NamedService("screenshots", screenshots),
            NamedService("recordings", recordings),
            NamedService("input upkeep", InputUpkeep(input: input)),
            NamedService("orphan reaper", OrphanReaper(processes: processes)),
            NamedService("processes", ProcessShutdown(processes: processes)),
            NamedService("playwright", PlaywrightShutdown(playwright: playwright)),
            NamedService("reloading", gate.reloading(logger: Logger(label: "reload"))),
            NamedService("devtools proxy", devTools),
            NamedService("webdriver proxy", webDriver),
        ] + metrics + [NamedService("api", APIServer.api(routes, configuration, gate))]
    }

    /// What depends on the machine.
    private var upkeep: [NamedService] {
        var services: [NamedService] = []
        if let scaleToZero { services.append(NamedService("scale to zero", ScaleToZeroEnd(scaleToZero: scaleToZero))) }
        if let path = configuration.hardwareClock {
            services.append(NamedService("clock upkeep", ClockUpkeep(path: path, logger: Logger(label: "clock"))))
        }
        return services
    }

    var readiness: Readiness {
        Readiness(
            xServer: { [input] in
                _ = try await input.screenSize()
                return nil
            },
            chromium: { [browser] in try await browser.check().product },
            recorder: { [recordings] in
                try recordings.check()
                return nil
            })
    }

    var routes: RouteTable {
        let streams = StreamLimit(configuration.limits.streams)
        var table = RouteTable()
        HealthRoutes(readiness: readiness).add(to: &table)
        SpecRoutes().add(to: &table)
        TicketRoutes(tickets: gate.policy.tickets).add(to: &table)
        SignedURLRoutes(signer: gate.policy.signer, isEncrypted: gate.tls != nil).add(to: &table)
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
        WatchRoutes(watches: watches, streams: streams).add(to: &table)
        RecordingRoutes(recordings: recordings, configuration: configuration).add(to: &table)
        RecordingFileRoutes(recordings: recordings, files: files, screenshots: screenshots, streams: streams)
            .add(to: &table)
        ProcessRoutes(processes: processes).add(to: &table)
        TerminalRoutes(processes: processes, streams: streams).add(to: &table)
        ProcessOutputRoutes(processes: processes, streams: streams).add(to: &table)
        LogRoutes(
            logs: logs, supervisor: SupervisorLogs(directory: configuration.supervisorLogDirectory), streams: streams
        ).add(to: &table)
        PlaywrightRoutes(playwright: playwright).add(to: &table)
        DisplayRoutes(browser: browserControl).add(to: &table)
        ChromiumRoutes(browser: browserControl, files: files).add(to: &table)
        ConfigureRoutes(browser: browserControl, files: files).add(to: &table)
        ExtensionFileRoutes(files: files, directory: configuration.extensionsDirectory).add(to: &table)
        ScaleToZeroRoutes(scaleToZero: scaleToZero).add(to: &table)
        LifecycleRoutes(policy: gate.policy, setsClock: configuration.setsClock).add(to: &table)
        PlannedRoutes().add(to: &table)
        return table
    }
}
