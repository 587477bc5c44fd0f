import AgentAPI
import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore
import ScreenCapture
import XDisplay
import XInput

/// `/computer/*`: each route reads its request and makes one call.
///
/// Movement and typing are plain; asking for the human kind (`smooth: true`) answers 501 until it exists.
struct ComputerRoutes {
    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.post("/computer/click_mouse") { request, _ in try await click(request.decodeJSON(ClickMouseRequest.self))
        }
        table.post("/computer/move_mouse") { request, _ in try await move(request.decodeJSON(MoveMouseRequest.self)) }
        table.post("/computer/type") { request, _ in try await type(request.decodeJSON(TypeRequest.self)) }
        table.post("/computer/get_mouse_position") { _, _ in
            let point = try await input.pointerPosition()
            return try .json(MousePosition(x: point.x, y: point.y))
        }
        table.post("/computer/screenshot") { request, _ in
            let wanted = try await request.decodeOptionalJSON(ScreenshotRequest.self, default: ScreenshotRequest())
            let png = try await screenshots.png(of: wanted.region.map(ScreenRegion.init))
            return Response(
                status: .ok, headers: [.contentType: "image/png"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: png)))
        }
    }

    private func click(_ request: ClickMouseRequest) async throws -> Response {
        try refuseSmooth(request.smooth)
        try await input.click(
            at: ScreenPoint(x: request.x, y: request.y),
            button: choice(request.button, field: "button", default: .left),
            action: choice(request.clickType, field: "click_type", default: .click),
            count: request.numClicks ?? 1, holding: request.holdKeys ?? [])
        return .empty()
    }

    private func move(_ request: MoveMouseRequest) async throws -> Response {
        try refuseSmooth(request.smooth)
        try await input.movePointer(to: ScreenPoint(x: request.x, y: request.y), holding: request.holdKeys ?? [])
        return .empty()
    }

    private func type(_ request: TypeRequest) async throws -> Response {
        try refuseSmooth(request.smooth)
        if let chance = request.typoChance, !(0...0.1).contains(chance) {
            throw AgentError.invalidArgument("field typo_chance must be from 0 to 0.10")
        }
        let delay = request.delay ?? 0
        guard delay >= 0 else { throw AgentError.invalidArgument("field delay must be 0 or more milliseconds") }
        try await input.type(request.text, delay: .milliseconds(delay))
        return .empty()
    }

    private func refuseSmooth(_ smooth: Bool?) throws {
        guard smooth == true else { return }
        throw AgentError.notImplemented("human-like input is not built yet: leave smooth out or send false")
    }

    /// Throws `invalidArgument` that lists what may be chosen.
    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String?, field: String, default fallback: Choice
    ) throws -> Choice {
        guard let text, !text.isEmpty else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let list = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw AgentError.invalidArgument("field \(field) must be one of \(list), not \"\(text)\"")
        }
        return choice
    }
}

extension ScreenRegion {
    fileprivate init(_ region: ScreenshotRequest.Region) {
        self.init(x: region.x, y: region.y, width: region.width, height: region.height)
    }
}
