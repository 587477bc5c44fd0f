import AgentCore
import FoundationEssentials
import NIOCore

@testable import BrowserControl
@testable import PlaywrightRuntime
@testable import ProcessService
@testable import Recorder
@testable import XInput

extension FuzzTarget {
    /// Texts and files that say how the browser is to be set up, and names of things.
    static let browserSetup = FuzzTarget("browser-setup") { input in
        let text = input.text
        let flag = try unlessRefused { try ChromiumFlag(text) }
        if let flag { try require(flag.description == text, "\(flag) of \(text)") }
        let line = ChromiumCommandLine(base: text, stored: FlagList([flag].compactMap(\.self)))
        let again = ChromiumCommandLine(base: line.flags.texts.joined(separator: " "), stored: FlagList())
        try require(again.flags.flags.count >= (flag == nil ? line.flags.flags.count : 0), "flags are lost")
        _ = try unlessRefused { try StartURL(text) }
        if let name = try unlessRefused({ try ExtensionName(text) }) {
            try require(!name.description.contains("/") && !name.description.hasPrefix("."), "\(name)")
        }
        if let id = try unlessRefused({ try RecordingID(text) }) {
            try require(!id.description.contains { "/.\0".contains($0) }, "\(id)")
        }
        _ = try unlessRefused { try ExecutorName(text) }
        _ = try unlessRefused { try ProcessSignal(name: text) }
        try readFiles(input)
    }

    private static func readFiles(_ input: [UInt8]) throws {
        let name = try ExtensionName("fuzz")
        if let manifest = try unlessRefused({ try ExtensionManifest(ByteBuffer(bytes: input), of: name) }) {
            _ = manifest.key.map { ExtensionID(key: $0) }
        }
        _ = try unlessRefused {
            try UpdateManifest(input.text, of: name, files: ["a.crx"], address: "http://127.0.0.1:10001/extensions/")
        }
        if let policies = try? JSONDecoder().decode([String: JSONValue].self, from: Data(input)) {
            _ = try unlessRefused { try PolicyRules.check(policies) }
        }
    }

    /// What supervisord answers.
    static let supervisorAnswers = FuzzTarget("supervisor-answers") { input in
        _ = XMLRPCResponse(input.text)
        // What the agent writes it can read.
        let text = input.text
        let sent = XMLRPCCall(method: "echo", arguments: [.structure(["name": .array([.string(text)])])]).text
        guard let value = sent.firstRange(of: "<value>"), let end = sent.firstRange(of: "</param>") else {
            throw FuzzFailure(description: "no value in \(sent)")
        }
        let document = "<methodResponse>\(sent[value.lowerBound..<end.lowerBound])</methodResponse>"
        let read = XMLRPCResponse(document)
        try require(
            read == .value(.structure(["name": .array([.string(text)])])), "\(document) is read as \(read as Any)")
    }

    /// A key, or several to be pressed at once.
    static let keys = FuzzTarget("keys") { input in
        let text = input.text
        if let sequence = try unlessRefused({ try KeySequence(parsing: text) }) {
            try require(!sequence.keysyms.isEmpty, "no key in \(text)")
        }
    }
}
