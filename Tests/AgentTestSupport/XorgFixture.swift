import Glibc

/// A real Xorg with the dummy driver: unlike Xvfb's, its screen can change its size.
package final class XorgFixture: Sendable {
    /// Xorg wants root when it is started without a console.
    package static let isInstalled = geteuid() == 0 && ["Xorg", "xrandr"].allSatisfy(ChildProcess.isInstalled)

    /// As in `DISPLAY`, for example ":3".
    package let displayName: String
    private let server: ChildProcess
    private let files: ScratchFiles

    private static let configuration = """
        Section "Device"
            Identifier "device"
            Driver "dummy"
            VideoRam 65536
        EndSection
        Section "Monitor"
            Identifier "monitor"
            HorizSync 1-2000
            VertRefresh 1-1000
        EndSection
        Section "Screen"
            Identifier "screen"
            Device "device"
            Monitor "monitor"
            DefaultDepth 24
            SubSection "Display"
                Modes "1024x768" "800x600" "640x480"
            EndSubSection
        EndSection
        Section "ServerFlags"
            Option "AutoAddDevices" "false"
        EndSection

        """

    /// Runs `body` with a server of 1024 by 768 pixels that is ended afterwards, whatever happens.
    package static func with<Result>(_ body: (XorgFixture) async throws -> Result) async throws -> Result {
        let fixture = try await XorgFixture()
        defer { fixture.server.end() }
        return try await body(fixture)
    }

    private init() async throws {
        files = try ScratchFiles()
        try files.write(Array(Self.configuration.utf8), to: "xorg.conf")
        let (process, number) = try await startDisplayServer([
            "Xorg", "-config", files.path("xorg.conf"), "-logfile", files.path("log"), "-nolisten", "tcp", "-noreset",
            "-novtswitch", "-sharevts",
        ])
        server = process
        displayName = ":\(number)"
    }

    /// Asks for another size, one of 1024x768, 800x600 and 640x480.
    package func resize(to size: String) throws -> ChildProcess {
        try ChildProcess(["xrandr", "-s", size], environment: ["DISPLAY": displayName])
    }
}
