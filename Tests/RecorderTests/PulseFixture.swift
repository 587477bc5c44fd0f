import AgentCore
import AgentTestSupport

@testable import Recorder

/// PulseAudio with a sink that nobody hears, and somebody who plays to it.
final class PulseFixture: Sendable {
    static let isInstalled = ChildProcess.isInstalled("pulseaudio") && ChildProcess.isInstalled("pacat")

    let source: SoundSource
    private let files: ScratchFiles
    private let server: ChildProcess

    /// Returns when the server takes connections.
    init() async throws {
        let files = try ScratchFiles()
        let source = SoundSource(server: "unix:\(files.path("sound"))", name: "test.monitor")
        (self.files, self.source) = (files, source)
        let arguments = [
            "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-level=error",
            "--disable-shm=yes", "--load=module-null-sink sink_name=test rate=48000 channels=2",
            "--load=module-native-protocol-unix socket=\(files.path("sound")) auth-anonymous=1 auth-cookie-enabled=0",
        ]
        let own = ["HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"].map { ($0, files.directory) }
        server = try ChildProcess(arguments, environment: Dictionary(uniqueKeysWithValues: own))
        let answers = await eventually { (try? PulseStream(source, within: .seconds(1))) != nil }
        guard answers else { throw AgentError(.timeout, "PulseAudio does not answer") }
    }

    func end() { server.end() }

    /// Plays a tone of a minute, until the returned process is ended. Returns when it is heard.
    func play(hertz: Int) async throws -> ChildProcess {
        let tone = files.path("tone")
        _ = try await MediaFile.output(
            "ffmpeg -v error -f lavfi -i sine=frequency=\(hertz):sample_rate=48000:duration=60 -ac 2 -f s16le '\(tone)'"
        )
        let player = try ChildProcess(
            [
                "pacat", "--playback", "--latency-msec=40", "--format=s16le", "--rate=48000", "--channels=2",
                "--device=test", tone,
            ], environment: ["PULSE_SERVER": source.server, "HOME": files.directory])
        let stream = try PulseStream(source, within: .seconds(5))
        let isHeard = try await eventually {
            try stream.read(within: .milliseconds(100))?.samples.contains { abs($0) > 0.01 } ?? false
        }
        guard isHeard else { throw AgentError(.timeout, "nothing is heard of the tone") }
        return player
    }
}
