import AgentTestSupport
import Testing
import XDisplay
import XInput

@Suite struct ScreenChangeTests {
    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `bounds follow a screen that changes its size`() async throws {
        try await XorgFixture.with { xorg in
            let input = InputService(displayName: xorg.displayName)
            try await input.perform(PointerGesture(.move(to: ScreenPoint(x: 1023, y: 767))))
            for (size, width) in [("800x600", 800), ("1024x768", 1024), ("640x480", 640)] {
                let xrandr = try xorg.resize(to: size)
                defer { xrandr.end() }
                let hasFollowed = try await eventually { try await input.screenSize().width == width }
                #expect(hasFollowed)
                let corner = ScreenPoint(x: width - 1, y: 0)
                try await input.perform(PointerGesture(.move(to: corner)))
                let position = try await input.pointerPosition()
                #expect(position == corner)
                await #expect(throws: (any Error).self) {
                    try await input.perform(PointerGesture(.move(to: ScreenPoint(x: width, y: 0))))
                }
            }
        }
    }
}
