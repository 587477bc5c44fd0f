// Wire values of /playwright/*.

package struct PlaywrightRequest: Codable, Sendable {
    package let code: String
    package let timeoutSeconds: Int?
    package let executor: String?

    enum CodingKeys: String, CodingKey {
        case code, executor
        case timeoutSeconds = "timeout_sec"
    }
}

package struct PlaywrightResult: Sendable {
    package struct Tab: Sendable {
        let targetID: String
        let created: Bool

        package init(targetID: String, created: Bool) {
            self.targetID = targetID
            self.created = created
        }
    }

    let success: Bool
    /// In JSON already; left out when the code returned nothing.
    let result: [UInt8]?
    let error: String?
    let stdout: String
    let stderr: String
    let tab: Tab?

    package init(success: Bool, result: [UInt8]?, error: String?, stdout: String, stderr: String, tab: Tab?) {
        self.success = success
        self.result = result
        self.error = error
        self.stdout = stdout
        self.stderr = stderr
        self.tab = tab
    }

    /// About how much `write` writes, in bytes.
    package var size: Int { (result?.count ?? 0) + stdout.utf8.count + stderr.utf8.count }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("success", success)
            if let result { json.field("result", json: result) }
            if let error { json.field("error", error) }
            json.field("stdout", stdout)
            json.field("stderr", stderr)
            if let tab {
                json.field("tab") { json in
                    json.field("target_id", tab.targetID)
                    json.field("created", tab.created)
                }
            }
        }
    }
}

package struct ExecutorEntry: Codable, Sendable {
    let name: String
    let busy: Bool
    let createdAt: Timestamp
    let lastUsedAt: Timestamp
    /// Left out for an executor that has no tab.
    let targetID: String?
    /// Left out when the tab is closed.
    let url: String?

    package init(
        name: String, busy: Bool, createdAt: Timestamp, lastUsedAt: Timestamp, targetID: String?, url: String?
    ) {
        self.name = name
        self.busy = busy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.targetID = targetID
        self.url = url
    }

    enum CodingKeys: String, CodingKey {
        case name, busy, url
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case targetID = "target_id"
    }
}

package struct ExecutorList: Codable, Sendable {
    /// The default one first.
    let executors: [ExecutorEntry]

    package init(executors: [ExecutorEntry]) {
        self.executors = executors
    }
}

/// The refusal of one executor too many: an error like any other, which says too what there is.
package struct ExecutorLimitResponse: Codable, Sendable {
    let code: String
    let message: String
    let executors: [ExecutorEntry]

    package init(code: String, message: String, executors: [ExecutorEntry]) {
        self.code = code
        self.message = message
        self.executors = executors
    }
}
