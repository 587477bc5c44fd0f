import AgentCore
import ScreenCapture
import Synchronization

/// A screen without an X server: every picture has the number of its frame in its colours.
final class SyntheticScreen: FrameSource {
    enum Mode: Sendable {
        /// Every look finds a new picture.
        case changing
        /// No look finds anything new.
        case still
        /// The X server is gone.
        case absent
        /// The X server does not answer.
        case hanging
    }

    /// What a frame showed, and when it was taken.
    struct Shown: Sendable {
        let number: Int
        let capturedAt: ContinuousClock.Instant
    }

    private struct State {
        var mode: Mode
        var width: Int
        var height: Int
        var noise = false
        var number = 0
        var shown: [Shown] = []
        var latest: PixelFrame?
        var callers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(width: Int = 320, height: Int = 240, mode: Mode = .changing) {
        state = Mutex(State(mode: mode, width: width, height: height))
    }

    func set(_ mode: Mode) {
        let callers = state.withLock { state in
            state.mode = mode
            defer { state.callers = [] }
            return state.callers
        }
        for caller in callers { caller.resume() }
    }

    func resize(width: Int, height: Int) {
        state.withLock { state in
            (state.width, state.height) = (width, height)
        }
    }

    /// Fills the lower half with what no encoder can compress.
    func makeNoise() { state.withLock { $0.noise = true } }

    var shown: [Shown] { state.withLock { $0.shown } }

    func frame(newerThan serial: UInt64?, notBefore moment: ContinuousClock.Instant) async throws -> PixelFrame? {
        // As with the real thing, cancellation does not wake a caller that waits for the server.
        await withCheckedContinuation { caller in
            let passes = state.withLock { state in
                if state.mode == .hanging { state.callers.append(caller) }
                return state.mode != .hanging
            }
            if passes { caller.resume() }
        }
        return try state.withLock { state in
            if state.mode == .absent { throw AgentError.unavailable("there is no X server") }
            if state.mode == .still, serial == UInt64(state.number) { return nil }
            if let latest = state.latest, latest.capturedAt >= moment {
                return latest.serial == serial ? nil : latest
            }
            state.number += 1
            // A moment that is still to come makes recordings of hours within seconds.
            let frame = Self.draw(state, at: max(moment, .now))
            state.latest = frame
            state.shown.append(Shown(number: state.number, capturedAt: frame.capturedAt))
            return frame
        }
    }

    /// White, with the number as eight bars in the upper half: black for 1, the lowest bit on the left.
    private static func draw(_ state: State, at instant: ContinuousClock.Instant) -> PixelFrame {
        let (width, height) = (state.width, state.height)
        var pixels = [UInt8](repeating: 255, count: width * height * 4)
        for bit in 0..<8 where state.number >> bit & 1 == 1 {
            let columns = width * bit / 8..<width * (bit + 1) / 8
            for row in 0..<height / 2 {
                let start = row * width
                for column in columns { for byte in 0..<3 { pixels[(start + column) * 4 + byte] = 0 } }
            }
        }
        if state.noise {
            var generator = SystemRandomNumberGenerator()
            for index in stride(from: width * (height / 2) * 4, to: pixels.count - 8, by: 8) {
                let value = generator.next()
                for byte in 0..<8 { pixels[index + byte] = UInt8(truncatingIfNeeded: value >> (byte * 8)) }
            }
        }
        return PixelFrame(
            width: width, height: height, bytesPerRow: width * 4, serial: UInt64(state.number),
            capturedAt: instant, pixels: pixels)
    }
}
