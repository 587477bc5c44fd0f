import AgentCore
import FSService
import Logging
import Recorder
import ScreenCapture
import ServiceLifecycle
import XInput

/// Builds every service of the daemon from its configuration. Nothing is opened or started here.
struct AgentServices {
    let configuration: AgentConfiguration
    let input: InputService
    let grabber: ScreenGrabber
    let screenshots: Screenshotter
    let recordings: RecordingService
    let files = FileSystemService()

    init(configuration: AgentConfiguration) {
        self.configuration = configuration
        input = InputService(displayName: configuration.display)
        grabber = ScreenGrabber(displayName: configuration.display)
        screenshots = Screenshotter(frames: grabber)
        recordings = RecordingService(source: grabber, directory: configuration.recordingsDirectory)
    }

    /// In the order they start.
    var all: [any Service] {
        [
            ShutdownDeadline(timeout: configuration.shutdownTimeout),
            grabber,
            recordings,
            APIServer(routes: routes, configuration: configuration, logger: Logger(label: "api")),
        ]
    }

    var readiness: Readiness {
        Readiness(
            xServer: { [input] in
                _ = try await input.screenSize()
                return nil
            },
            chromium: { nil },
            recorder: { [recordings] in
                try recordings.check()
                return nil
            })
    }

    var routes: RouteTable {
        var table = RouteTable()
        HealthRoutes(readiness: readiness).add(to: &table)
        SpecRoutes().add(to: &table)
        ComputerRoutes(input: input, screenshots: screenshots).add(to: &table)
        FileRoutes(files: files).add(to: &table)
        RecordingRoutes(recordings: recordings, files: files, configuration: configuration).add(to: &table)
        PlannedRoutes().add(to: &table)
        return table
    }
}
