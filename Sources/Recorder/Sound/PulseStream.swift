import AgentCore
import CPulse

/// Sound that PulseAudio records for us. Every call takes at most the time it is given, whatever the server does.
///
/// Stays on one thread. PulseAudio's calls back are not used: each step runs its loop for a while and then looks.
final class PulseStream {
    /// How often PulseAudio sends what it has.
    private static let fragment = Duration.milliseconds(20)
    private static let bytesPerFrame = SoundFormat.channels * MemoryLayout<Float>.size

    /// Consecutive frames of interleaved channels.
    struct Chunk {
        let samples: [Float]
        /// When the first of them was to be heard.
        let time: ContinuousClock.Instant
    }

    private let pulse: ga_pulse_functions
    private let loop: OpaquePointer
    private var context: OpaquePointer?
    private var stream: OpaquePointer?

    /// Connects to a source. Throws `invalidArgument` when the server does not answer within `limit`, or has no such
    /// source, and `unavailable` without PulseAudio's library.
    init(_ source: SoundSource, within limit: Duration) throws(AgentError) {
        pulse = try Self.load()
        guard let loop = pulse.pa_mainloop_new() else { throw .unavailable("there is no memory to record sound") }
        self.loop = loop
        let deadline = ContinuousClock.now + limit
        do {
            try connect(to: source.server, until: deadline)
            try record(source.name, until: deadline)
        } catch {
            close()
            throw .invalidArgument(
                "recordAudio: PulseAudio at \(source.server) gives no sound from \(source.name): \(error.message)")
        }
    }

    deinit {
        close()
        pulse.pa_mainloop_free(loop)
    }

    /// What has been recorded since the last call; waits for it. `nil` when there is nothing within `limit`.
    ///
    /// Throws `unavailable` when the connection is lost.
    func read(within limit: Duration) throws(AgentError) -> Chunk? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let chunk = try take() { return chunk }
            guard try turn(until: deadline) else { return nil }
            guard let stream, pulse.pa_stream_get_state(stream) == PA_STREAM_READY else { throw lost }
        }
    }

    private static func load() throws(AgentError) -> ga_pulse_functions {
        var missing: UnsafePointer<CChar>?
        guard let functions = ga_pulse_load(&missing)?.pointee else {
            throw .unavailable(
                "recording sound needs PulseAudio's library: install libpulse0",
                cause: missing.map { String(cString: $0) })
        }
        return functions
    }
}

extension PulseStream {
    private func connect(to server: String, until deadline: ContinuousClock.Instant) throws(AgentError) {
        let context = pulse.pa_context_new(pulse.pa_mainloop_get_api(loop), "guest-agent")
        self.context = context
        guard pulse.pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, nil) >= 0 else { throw lost }
        while pulse.pa_context_get_state(context) != PA_CONTEXT_READY {
            guard try turn(until: deadline) else { throw .unavailable("no answer") }
            let state = pulse.pa_context_get_state(context)
            if state == PA_CONTEXT_FAILED || state == PA_CONTEXT_TERMINATED { throw lost }
        }
    }

    private func record(_ source: String, until deadline: ContinuousClock.Instant) throws(AgentError) {
        var format = pa_sample_spec(
            format: PA_SAMPLE_FLOAT32LE, rate: UInt32(SoundFormat.rate), channels: UInt8(SoundFormat.channels))
        stream = pulse.pa_stream_new(context, "recording", &format, nil)
        let fragmentSize = Int64(Self.fragment / .seconds(1) * Double(SoundFormat.rate)) * Int64(Self.bytesPerFrame)
        var buffering = pa_buffer_attr(
            maxlength: .max, tlength: .max, prebuf: .max, minreq: .max, fragsize: UInt32(fragmentSize))
        let flags =
            PA_STREAM_INTERPOLATE_TIMING.rawValue | PA_STREAM_AUTO_TIMING_UPDATE.rawValue
            | PA_STREAM_ADJUST_LATENCY.rawValue | PA_STREAM_DONT_MOVE.rawValue
        guard pulse.pa_stream_connect_record(stream, source, &buffering, pa_stream_flags_t(flags)) >= 0 else {
            throw lost
        }
        while pulse.pa_stream_get_state(stream) != PA_STREAM_READY {
            guard try turn(until: deadline) else { throw .unavailable("no answer") }
            let state = pulse.pa_stream_get_state(stream)
            if state == PA_STREAM_FAILED || state == PA_STREAM_TERMINATED { throw lost }
        }
    }

    /// The next piece PulseAudio has ready. Holes, where it has dropped something, show in the times.
    private func take() throws(AgentError) -> Chunk? {
        let time = ContinuousClock.now - age
        var (data, size): (UnsafeRawPointer?, Int) = (nil, 0)
        guard pulse.pa_stream_peek(stream, &data, &size) >= 0 else { throw lost }
        guard size > 0 else { return nil }
        defer { _ = pulse.pa_stream_drop(stream) }
        guard let data else { return nil }
        let samples = data.withMemoryRebound(to: Float.self, capacity: size / MemoryLayout<Float>.size) {
            Array(UnsafeBufferPointer(start: $0, count: size / Self.bytesPerFrame * SoundFormat.channels))
        }
        return Chunk(samples: samples, time: time)
    }

    /// How long ago what is read next was heard; negative for what a sink has yet to play. Zero until PulseAudio
    /// knows, after some milliseconds.
    private var age: Duration {
        var (microseconds, isNegative): (pa_usec_t, Int32) = (0, 0)
        guard pulse.pa_stream_get_latency(stream, &microseconds, &isNegative) >= 0 else { return .zero }
        return .microseconds(isNegative != 0 ? -Int64(microseconds) : Int64(microseconds))
    }

    /// Runs PulseAudio's loop once; false when it is too late for that.
    private func turn(until deadline: ContinuousClock.Instant) throws(AgentError) -> Bool {
        let rest = deadline - .now
        guard rest > .zero else { return false }
        let microseconds = Int32(min(1_000_000, max(1, rest / .microseconds(1))))
        guard pulse.pa_mainloop_prepare(loop, microseconds) >= 0, pulse.pa_mainloop_poll(loop) >= 0,
            pulse.pa_mainloop_dispatch(loop) >= 0
        else { throw lost }
        return true
    }

    private var lost: AgentError {
        let code = context.map { pulse.pa_context_errno($0) } ?? 0
        let reason = pulse.pa_strerror(code).map { String(cString: $0).lowercased() }
        return .unavailable(reason ?? "connection lost")
    }

    private func close() {
        if let stream {
            _ = pulse.pa_stream_disconnect(stream)
            pulse.pa_stream_unref(stream)
        }
        if let context {
            pulse.pa_context_disconnect(context)
            pulse.pa_context_unref(context)
        }
        (stream, context) = (nil, nil)
    }
}
