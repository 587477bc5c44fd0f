import AgentAPI
import AgentCore
import BrowserControl
import NIOCore
import ProcessService
import Recorder
import ScreenCapture
import XDisplay

@testable import FSService
@testable import GuestAgent
@testable import XInput

extension FuzzTarget {
    /// The JSON body of an operation, after a byte that says of which: `a` of the first.
    static let requestBodies = FuzzTarget("request-bodies") { input in
        guard let first = input.first else { return }
        let operation = bodies[(Int(first) + bodies.count * 97 - 97) % bodies.count]
        _ = try unlessRefused { try operation(ByteBuffer(bytes: input.dropFirst())) }
    }

    /// Of each operation that takes JSON: its decoding, and the conversion to what the domain works with.
    private static let bodies: [@Sendable (ByteBuffer) throws -> Void] = [
        { try plan(PointerGesture(MoveMouseRequest(clientJSON: $0))) },
        { try plan(PointerGesture(ClickMouseRequest(clientJSON: $0))) },
        { try plan(PointerGesture(DragMouseRequest(clientJSON: $0))) },
        { try plan(PointerGesture(ScrollRequest(clientJSON: $0))) },
        { try plan(BatchRequest(clientJSON: $0)) },
        { try plan(Typing(TypeRequest(clientJSON: $0))) },
        { try check(KeyPress(PressKeyRequest(clientJSON: $0))) },
        { try picture(ScreenshotRequest?(clientJSON: $0) ?? ScreenshotRequest()) },
        { _ = try SetCursorRequest(clientJSON: $0) },
        { _ = try ClipboardText(clientJSON: $0) },
        { _ = try Command(ExecRequest(clientJSON: $0)) },
        {
            let wanted = try SpawnRequest(clientJSON: $0)
            _ = try (Command(wanted), TerminalSize(wanted))
        },
        { _ = try StdinRequest(clientJSON: $0) },
        { _ = try KillRequest?(clientJSON: $0)?.signal.map { try ProcessSignal(name: $0) } },
        {
            let wanted = try ResizeRequest(clientJSON: $0)
            _ = try TerminalSize(rows: wanted.rows, columns: wanted.columns)
        },
        { _ = try TerminalRequest(clientJSON: $0) },
        {
            let wanted = try CreateDirectoryRequest(clientJSON: $0)
            _ = try (FilePath(wanted.path), wanted.mode.map { try FileMode(octal: $0) })
        },
        {
            let wanted = try SetFilePermissionsRequest(clientJSON: $0)
            _ = try (FilePath(wanted.path), FileMode(octal: wanted.mode))
        },
        {
            let wanted = try MoveRequest(clientJSON: $0)
            _ = try (FilePath(wanted.source), FilePath(wanted.destination))
        },
        { _ = try FilePath(PathRequest(clientJSON: $0).path) },
        { _ = try FilePath(StartWatchRequest(clientJSON: $0).path) },
        { try record(StartRecordingRequest?(clientJSON: $0)) },
        { _ = try RecordingID(field: StopRecordingRequest?(clientJSON: $0)?.id) },
        { _ = try RecordingID(field: MarkRecordingRequest(clientJSON: $0).id) },
        { _ = try PlaywrightRequest(clientJSON: $0) },
        { _ = try DisplayChange(ChangeDisplayRequest(clientJSON: $0)) },
        {
            var change = SetupChange()
            try change.add(flags: ChromiumFlagsRequest(clientJSON: $0))
        },
        {
            var change = SetupChange()
            try change.add(policies: [String: JSONValue](clientJSON: $0))
        },
    ]

    private static let screen = ScreenSize(width: 1920, height: 1080)

    /// A gesture that is let through never leaves the screen, and time goes forward in it.
    private static func plan(_ gesture: PointerGesture) throws {
        try gesture.validate(within: screen)
        let plan = gesture.plan(from: ScreenPoint(x: 3, y: 1000), within: screen).whole
        var last = Duration.zero
        for step in plan.steps {
            try require(step.offset >= last, "a step at \(step.offset) after one at \(last)")
            last = step.offset
            guard case .move(let point) = step.event else { continue }
            let isOnScreen = (0..<screen.width).contains(point.x) && (0..<screen.height).contains(point.y)
            try require(isOnScreen, "the pointer at \(point)")
        }
    }

    private static func plan(_ batch: BatchRequest) throws {
        for action in batch.actions {
            switch action {
            case .clickMouse(let request): try plan(PointerGesture(request))
            case .moveMouse(let request): try plan(PointerGesture(request))
            case .dragMouse(let request): try plan(PointerGesture(request))
            case .scroll(let request): try plan(PointerGesture(request))
            case .typeText(let request): try plan(Typing(request))
            case .pressKey(let request): try check(KeyPress(request))
            case .screenshot(let request): try picture(request)
            case .setCursor, .sleep: break
            }
        }
    }

    private static func plan(_ typing: Typing) throws {
        var last = Duration.zero
        for step in try typing.plan().steps {
            try require(step.offset >= last, "a key at \(step.offset) after one at \(last)")
            last = step.offset
        }
    }

    private static func check(_ keys: KeyPress) throws {
        try keys.validate()
        for key in (keys.keys + keys.heldKeys).prefix(4) { _ = try KeySequence(parsing: key) }
    }

    private static func picture(_ request: ScreenshotRequest) throws {
        _ = try PictureOptions(request)
        _ = try Settling(request)
    }

    private static func record(_ wanted: StartRecordingRequest?) throws {
        guard let wanted else { return }
        _ = try RecordingID(field: wanted.id)
        _ = try RecordingParameters(
            frameRate: wanted.frameRate ?? 10, maximumSizeInMB: wanted.maxFileSizeInMB ?? 500,
            maximumDuration: wanted.maxDurationInSeconds, quality: wanted.quality, bitRate: wanted.bitrate,
            scale: wanted.scale)
    }
}
