import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import Recorder

@Suite(
    .enabled(if: PulseFixture.isInstalled && MediaFile.isProbeInstalled, "needs pulseaudio, pacat, ffmpeg and ffprobe"),
    .timeLimit(.minutes(1)))
struct SoundTests {
    @Test func `what is played is in the file, in step with the pictures`() async throws {
        let pulse = try await PulseFixture()
        defer { pulse.end() }
        let player = try await pulse.play(hertz: 1000)
        defer { player.end() }
        try await RecordingFixture.with(sound: pulse.source) { fixture in
            let service = fixture.service
            try await service.start(.fallback, RecordingParameters(frameRate: 10), recordsSound: true)
            #expect(await eventually { fixture.screen.shown.count >= 35 })
            let killed = try fixture.file().content()
            try await service.stop(.fallback)
            #expect(try await service.readable(.fallback).failure == nil)
            try fixture.files.write(killed, to: "killed.mp4")
            let properties = try await fixture.file().properties(of: "a")
            #expect(properties["codec_name"] == "aac" && properties["sample_rate"] == "48000")
            #expect(properties["channels"] == "2")
            let sound = try #require(properties["duration"].flatMap(Double.init))
            let video = try #require(try await fixture.file().properties(of: "v")["duration"].flatMap(Double.init))
            #expect(abs(video - sound) < 0.3, "\(video) s of pictures, \(sound) s of sound")
            #expect(try await fixture.file().frames().count >= 30)
            for name in ["default.mp4", "killed.mp4"] {
                let samples = try await MediaFile(path: fixture.files.path(name)).samples()
                #expect(Double(samples.count) / 48_000 > video - 2.1)
                // The encoder fades in, and what comes last may have been cut off.
                for start in stride(from: 9600, to: samples.count - 9600, by: 4800) {
                    let share = share(of: 1000, in: Array(samples[start..<start + 4800]))
                    #expect(share > 0.98, "\(name) has the tone at sample \(start)")
                }
            }
            #expect(try fixture.file().boxes().firstIndex(of: "moov") == 1)
        }
    }

    @Test func `without PulseAudio, or without the source, a recording with sound does not start`() async throws {
        let pulse = try await PulseFixture()
        defer { pulse.end() }
        let sources: [SoundSource?] = [
            nil, SoundSource(server: "unix:/nonexistent/pulse", name: "x"),
            SoundSource(server: pulse.source.server, name: "no.such.source"),
        ]
        for source in sources {
            try await RecordingFixture.with(sound: source) { fixture in
                let error = await #expect(throws: AgentError.self) {
                    try await fixture.service.start(.fallback, RecordingParameters(), recordsSound: true)
                }
                #expect(error?.code == .invalidArgument && error?.message.contains("recordAudio") == true)
                try await fixture.service.start(.fallback, RecordingParameters())
            }
        }
    }

    @Test func `a server that goes away ends the sound, not the recording`() async throws {
        let pulse = try await PulseFixture()
        defer { pulse.end() }
        try await RecordingFixture.with(sound: pulse.source) { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20), recordsSound: true)
            #expect(await eventually { fixture.screen.shown.count >= 10 })
            pulse.end()
            #expect(await eventually { fixture.screen.shown.count >= 40 })
            try await fixture.service.stop(.fallback)
            let failure = try await fixture.service.readable(.fallback).failure
            #expect(failure?.message.contains("sound is missing") == true)
            #expect(try await fixture.file().frames().count >= 35)
        }
    }

    /// How much of the energy is at a frequency, 0 to 1 (Goertzel's algorithm).
    private func share(of hertz: Double, in samples: [Float]) -> Double {
        let step = 2 * Double.pi * hertz / 48_000
        var (real, imaginary, energy) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            real += Double(sample) * cos(step * Double(index))
            imaginary += Double(sample) * sin(step * Double(index))
            energy += Double(sample) * Double(sample)
        }
        return energy > 0 ? 2 * (real * real + imaginary * imaginary) / (Double(samples.count) * energy) : 0
    }
}
