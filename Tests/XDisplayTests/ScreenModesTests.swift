import AgentCore
import AgentTestSupport
import Testing
import XDisplay

@Suite("Modes made at run time", .serialized)
struct ScreenModesTests {
    private func mode(_ width: Int, _ height: Int, _ rate: Int = 60) -> ScreenMode {
        ScreenMode(size: ScreenSize(width: width, height: height), refreshRate: rate)
    }

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg is not installed, or this is not root"))
    func `Xorg takes any size to the pixel, and modes do not pile up`() async throws {
        try await XorgFixture.with { xorg in
            let modes = try ScreenModes(displayName: xorg.displayName)
            for wanted in [mode(1367, 771), mode(390, 844, 30), mode(3840, 2160, 25), mode(1023, 767), mode(1024, 768)]
            {
                let shown = try await modes.show(wanted)
                #expect(shown == wanted)
                let current = try await modes.current()
                #expect(current == wanted)
            }
            for step in 0..<30 { _ = try await modes.show(mode(801 + step, 601)) }
            let listing = try await ownModes(of: xorg.displayName)
            #expect(listing.count <= 1, "\(listing)")
        }
    }

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg is not installed, or this is not root"))
    func `a size that Xorg has no memory for is refused, and the screen stays as it was`() async throws {
        try await XorgFixture.with { xorg in
            let modes = try ScreenModes(displayName: xorg.displayName)
            let earlier = try await modes.show(mode(1000, 700))
            for size in [(30_000, 30_000), (1, 1), (200_000, 100)] {
                await #expect(throws: AgentError.self) { try await modes.show(mode(size.0, size.1)) }
            }
            let now = try await modes.current()
            #expect(now == earlier)
        }
    }

    @Test(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"))
    func `Xvfb takes what is not larger than its screen`() async throws {
        try await XvfbFixture.with { xvfb in
            let modes = try ScreenModes(displayName: xvfb.displayName)
            let whole = try await modes.current().size
            let smaller = try await modes.show(mode(whole.width - 33, whole.height - 1))
            #expect(smaller.size == ScreenSize(width: whole.width - 33, height: whole.height - 1))
            let back = try await modes.show(ScreenMode(size: whole, refreshRate: 60))
            #expect(back.size == whole)
            await #expect(throws: AgentError.self) { try await modes.show(mode(whole.width + 1, whole.height)) }
        }
    }

    /// Names of modes that the server knows and did not have from the start.
    private func ownModes(of displayName: String) async throws -> [String] {
        let files = try ScratchFiles()
        let path = files.path("xrandr")
        let listing = try ChildProcess(["sh", "-c", "xrandr > \(path)"], environment: ["DISPLAY": displayName])
        defer { listing.end() }
        var text = ""
        let isComplete = await eventually(within: .seconds(10)) {
            text = String(decoding: files.read("xrandr") ?? [], as: UTF8.self)
            return text.contains("DUMMY15")
        }
        #expect(isComplete)
        return text.split(separator: "\n").map { $0.drop { $0 == " " }.prefix { $0 != " " } }.map(String.init)
            .filter { $0.hasSuffix(".00") }
    }
}
