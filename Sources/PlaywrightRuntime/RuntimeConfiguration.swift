package import AgentCore

/// Which library runs clients' code.
package enum PlaywrightEngine: String, Sendable, CaseIterable {
    /// Playwright without the traces by which pages tell automation.
    case patchright
    /// Playwright itself.
    case playwright = "playwright-core"

    /// What its package is called on PyPI, whose wheel brings Node.js along.
    package var wheel: String {
        switch self {
        case .patchright: "patchright"
        case .playwright: "playwright"
        }
    }
}

/// What executors are told at start, and their limits.
package struct RuntimeConfiguration: Sendable {
    package var engine = PlaywrightEngine.patchright
    /// Where the wheels have been unpacked to: `ENGINE/driver/node` and `ENGINE/driver/package` are in it.
    package var directory: String
    /// Another Node.js than that of the wheel; 22.13 or later.
    package var node: String?
    /// Runs the code as this user, as `Command.asUser`; `nil` is the agent's own.
    package var user: String?
    /// Chromium's DevTools server.
    package var browser: SocketEndpoint
    /// What V8 may use for objects, in MiB, for each executor.
    package var heapLimit = 1024
    /// How long Node.js may take to load the library.
    package var startTimeout = Duration.seconds(30)
    /// How long a call waits for a Chromium that is down.
    package var connectTimeout = Duration.seconds(15)
    /// Kept of what a call writes to stdout, and of stderr, in bytes.
    package var outputLimit = 4 << 20
    /// The largest result, in bytes of JSON.
    package var resultLimit = 64 << 20
    /// Executors there may be besides the default one.
    package var namedLimit = 8

    package init(directory: String, browser: SocketEndpoint) {
        self.directory = directory
        self.browser = browser
    }

    private var driver: String { "\(directory)/\(engine.wheel)/driver" }

    /// The program file.
    var nodePath: String { node ?? "\(driver)/node" }

    /// The library's directory, as `require` takes it.
    var packagePath: String { "\(driver)/package" }
}
