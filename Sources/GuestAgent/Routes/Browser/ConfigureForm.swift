import AgentAPI
import AgentCore
import BrowserControl
import FSService
import NIOCore

/// The form of `/configure`. The fields may come in any order, each once; those of extensions come in pairs.
struct ConfigureForm {
    private static let usage =
        "display, chromium_flags, chrome_policies, profile_archive, strip_components, start_url, extensions.name, "
        + "extensions.zip_file"
    /// Of a field with JSON in it, in bytes.
    private static let jsonLimit = 1 << 20

    let files: FileSystemService

    /// Reads all of `form`; nothing is changed yet.
    ///
    /// - Throws: `invalidArgument`, beginning with the step that the field belongs to, for what is wrong in it; also for
    ///   unknown and repeated fields, and for a form without any.
    func read(_ form: MultipartForm) async throws -> SetupChange {
        var change = SetupChange()
        let pairs = ExtensionPairs(files: files)
        var (seen, archive, stripComponents): (Set<String>, Spool?, Int) = ([], nil, 0)
        while let part = try await form.nextPart() {
            if try await at(.extensions, { try await pairs.take(part, of: form) }) { continue }
            guard seen.insert(part.name).inserted else {
                throw AgentError.invalidArgument("the field \(part.name) is there twice")
            }
            switch part.name {
            case "profile_archive": archive = try await files.spool(form.content)
            case "strip_components": stripComponents = try await components(form.text(of: part))
            default: try await take(part, of: form, for: &change)
            }
        }
        change.extensions = try await at(.extensions) { try pairs.complete() }
        change.profile = archive.map { ProfileUpload(archive: $0, stripComponents: stripComponents) }
        guard !change.isEmpty else { throw AgentError.invalidArgument("the form is empty: send one of \(Self.usage)") }
        return change
    }

    private func take(_ part: MultipartPart, of form: MultipartForm, for change: inout SetupChange) async throws {
        let text = try await form.text(of: part, limit: Self.jsonLimit)
        let json = ByteBuffer(string: text)
        switch part.name {
        case "display":
            change.display = try await at(.display) { try DisplayChange(ChangeDisplayRequest(clientJSON: json)) }
        case "chromium_flags":
            try await at(.flags) { try change.add(flags: ChromiumFlagsRequest(clientJSON: json)) }
        case "chrome_policies":
            try await at(.policies) { try change.add(policies: [String: JSONValue](clientJSON: json)) }
        case "start_url": change.startURL = try StartURL(text)
        default:
            throw AgentError.invalidArgument("there is no field \"\(part.name)\": send any of \(Self.usage)")
        }
    }

    private func components(_ text: String) async throws -> Int {
        try await at(.profile) {
            guard let count = Int(text), count >= 0 else {
                throw AgentError.invalidArgument("strip_components must be a whole number, 0 or more")
            }
            return count
        }
    }

    private func at<Result>(_ step: SetupStep, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as AgentError {
            throw AgentError(error.code, "\(step.rawValue): \(error.message)", cause: error.cause)
        }
    }
}
