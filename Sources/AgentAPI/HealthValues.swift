// Wire values of /health and /ready.

package struct HealthResponse: Codable, Sendable {
    let status: String
    let version: String
    let uptimeSeconds: Int

    package init(version: String, uptimeSeconds: Int) {
        status = "ok"
        self.version = version
        self.uptimeSeconds = uptimeSeconds
    }

    enum CodingKeys: String, CodingKey {
        case status, version
        case uptimeSeconds = "uptime_seconds"
    }
}

package struct ReadyResponse: Codable, Sendable {
    package struct Check: Codable, Sendable {
        package let ok: Bool
        /// What is wrong, when it is.
        let message: String?
        /// The browser's name and version, for the check of Chromium.
        let browser: String?

        package init(ok: Bool, message: String? = nil, browser: String? = nil) {
            self.ok = ok
            self.message = message
            self.browser = browser
        }
    }

    package struct Checks: Codable, Sendable {
        let xServer: Check
        let chromium: Check
        let recorder: Check

        package init(xServer: Check, chromium: Check, recorder: Check) {
            self.xServer = xServer
            self.chromium = chromium
            self.recorder = recorder
        }

        enum CodingKeys: String, CodingKey {
            case chromium, recorder
            case xServer = "x_server"
        }
    }

    package let ready: Bool
    let checks: Checks

    package init(checks: Checks) {
        ready = checks.xServer.ok && checks.chromium.ok && checks.recorder.ok
        self.checks = checks
    }
}
