import FoundationEssentials

// Headers of the frames between the agent and Node.js; the other side of them is in main.js.

/// Comes first; the program is its body.
struct StartMessage: Encodable {
    let packageDirectory: String
    let browserURL: String
    let connectWithinMs: Int
    let resultLimit: Int

    init(_ configuration: RuntimeConfiguration) {
        packageDirectory = configuration.packagePath
        browserURL = "http://\(configuration.browser)"
        connectWithinMs = Int(configuration.connectTimeout / .milliseconds(1))
        resultLimit = configuration.resultLimit
    }
}

/// Its body is the code.
struct CallMessage: Encodable {
    let id: Int
    let own: Bool
    let tab: String?
    let others: [String]

    init(id: Int, _ choice: TabChoice) {
        self.id = id
        switch choice {
        case .active(let others): (own, tab, self.others) = (false, nil, others)
        case .own(let tab): (own, self.tab, others) = (true, tab, [])
        }
    }
}

/// Which tab a call is about. Tabs are named by their DevTools targets.
enum TabChoice {
    /// The one the user sees; one of `others` only if there are no more.
    case active(others: [String])
    /// This one, a new one in the background if it is not open any more.
    case own(String?)
}

/// The answer to a call, the result being its body; or `ready`.
struct AnswerMessage: Decodable {
    struct Tab: Decodable {
        let targetID: String
        let created: Bool

        enum CodingKeys: String, CodingKey {
            case created
            case targetID = "target_id"
        }
    }

    let ready: Bool?
    let id: Int?
    let success: Bool?
    let error: String?
    let stack: String?
    let tab: Tab?
}

extension Frame {
    init(_ header: some Encodable, body: String) throws {
        self.init(header: [UInt8](try JSONEncoder().encode(header)), body: Array(body.utf8))
    }
}
