import AgentTestSupport
import Testing
import XDisplay
import XInput

@Suite struct ScreenChangeTests {
    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `bounds follow a screen that changes its size`() async throws {
        try await XorgFixture.with { xorg in
            let input = try InputService(displayName: xorg.displayName)
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

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `a screen that shrinks in the middle of a gesture does not break it`() async throws {
        try await XorgFixture.with { xorg in
            let input = try InputService(displayName: xorg.displayName)
            let path = [ScreenPoint(x: 10, y: 10), ScreenPoint(x: 1000, y: 700)]
            let style = PointerGesture.Style.human(seed: 3, duration: .milliseconds(800))
            async let dragging = input.perform(PointerGesture(.drag(.init(along: path)), style: style))
            let xrandr = try xorg.resize(to: "640x480")
            defer { xrandr.end() }
            _ = try await dragging
            let screen = try await input.screenSize()
            let position = try await input.pointerPosition()
            #expect(screen.width == 640 && position.x < 640 && position.y < 480)
            try await input.perform(PointerGesture(.click(at: ScreenPoint(x: 639, y: 479)), style: style))
        }
    }
}
