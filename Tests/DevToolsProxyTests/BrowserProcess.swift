import AgentCore
import AgentTestSupport
import Foundation
import Testing

/// A headless Chromium, or a chromedriver, of a test's own.
final class BrowserProcess: Sendable {
    let port: Int
    private let process: Int32
    let profile: URL?

    static let chromium = path(of: ["chromium", "google-chrome"])
    static let chromedriver = path(of: ["chromedriver"])

    private init(port: Int, process: Int32, profile: URL?) {
        self.port = port
        self.process = process
        self.profile = profile
    }

    /// Starts Chromium.
    ///
    /// - Parameter port: of its DevTools; 0 lets it choose, which is waited for.
    static func startChromium(port: Int = 0) async throws -> BrowserProcess {
        let profile = FileManager.default.temporaryDirectory.appending(path: "chromium-\(UUID().uuidString)")
        let process = try start(
            chromium,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=\(port)",
                "--user-data-dir=\(profile.path)", "about:blank",
            ])
        let chosen = port == 0 ? await activePort(in: profile) : port
        let browser = BrowserProcess(port: chosen ?? 0, process: process, profile: profile)
        guard chosen != nil else {
            try await browser.kill()
            throw AgentError.unavailable("Chromium did not start")
        }
        return browser
    }

    /// What Chromium writes down once it listens on a port it has chosen.
    private static func activePort(in profile: URL) async -> Int? {
        let file = profile.appending(path: "DevToolsActivePort")
        var port: Int?
        _ = await eventually {
            port = (try? String(contentsOf: file, encoding: .utf8)).flatMap { Int($0.prefix { $0 != "\n" }) }
            return port != nil
        }
        return port
    }

    /// Starts chromedriver, whose port must be chosen beforehand.
    static func startChromedriver(port: Int) throws -> BrowserProcess {
        BrowserProcess(port: port, process: try start(chromedriver, ["--port=\(port)"]), profile: nil)
    }

    /// Ends the process without grace and waits until it is gone.
    func kill() async throws {
        Glibc.kill(process, SIGKILL)
        let gone = await eventually { Glibc.kill(process, 0) != 0 }
        #expect(gone)
        guard let profile else { return }
        // Its helper processes follow it in their own time, and write until then.
        let removed = await eventually {
            try? FileManager.default.removeItem(at: profile)
            return !FileManager.default.fileExists(atPath: profile.path)
        }
        #expect(removed)
    }

    private static func start(_ path: String?, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process.processIdentifier
    }

    private static func path(of names: [String]) -> String? {
        names.map { "/usr/bin/\($0)" }.first { access($0, X_OK) == 0 }
    }
}
