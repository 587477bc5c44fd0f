import AgentCore
import BrowserControl
import FSService

/// The extensions of a form: parts that follow one another in pairs, a name and an archive, in either order.
///
/// Used by the one task that handles the request.
final class ExtensionPairs {
    private static let nameField = "extensions.name"
    private static let archiveField = "extensions.zip_file"

    private let files: FileSystemService
    private var uploads: [ExtensionUpload] = []
    private var name: ExtensionName?
    private var archive: Spool?

    init(files: FileSystemService) {
        self.files = files
    }

    /// Takes a part that belongs to a pair; `false` for any other.
    ///
    /// - Throws: `invalidArgument` for two halves of one kind, and a name that is none.
    func take(_ part: MultipartPart, of form: MultipartForm) async throws -> Bool {
        switch part.name {
        case Self.nameField:
            guard name == nil else { throw Self.incomplete(Self.archiveField) }
            name = try ExtensionName(try await form.text(of: part))
        case Self.archiveField:
            guard archive == nil else { throw Self.incomplete(Self.nameField) }
            archive = try await files.spool(form.content)
        default: return false
        }
        if let name, let archive {
            uploads.append(ExtensionUpload(name: name, archive: archive))
            (self.name, self.archive) = (nil, nil)
        }
        return true
    }

    /// All pairs. Throws `invalidArgument` when one is not complete.
    func complete() throws -> [ExtensionUpload] {
        if name != nil { throw Self.incomplete(Self.archiveField) }
        if archive != nil { throw Self.incomplete(Self.nameField) }
        return uploads
    }

    static func unknown(_ field: String) -> AgentError {
        .invalidArgument("there is no field \"\(field)\": send pairs of \(nameField) and \(archiveField)")
    }

    private static func incomplete(_ missing: String) -> AgentError {
        .invalidArgument("an extension lacks \(missing): send a name and an archive for each, one after the other")
    }
}
