import AgentCore
import FSService

/// An uploaded archive and where it goes. The fields may come in any order.
struct ArchiveForm {
    let archive: Spool
    let destination: FilePath
    let stripComponents: Int

    /// Reads all of `form`; nothing is unpacked yet.
    ///
    /// - Parameters:
    ///   - archiveField: what the archive's field is called.
    ///   - takesStripComponents: whether there may be a field `strip_components`.
    /// - Throws: `invalidArgument` for fields that are missing, there twice, or unknown, and for a relative path.
    init(
        _ form: MultipartForm, archiveField: String, takesStripComponents: Bool, files: FileSystemService
    ) async throws {
        var archive: Spool?
        var destination: FilePath?
        var stripComponents = 0
        while let part = try await form.nextPart() {
            switch part.name {
            case archiveField where archive == nil: archive = try await files.spool(form.content)
            case "dest_path" where destination == nil:
                destination = try FilePath(absolute: try await form.text(of: part), field: part.name)
            case "strip_components" where takesStripComponents:
                // Clients of the contract rely on anything that is no number meaning 0.
                stripComponents = max(0, Int(try await form.text(of: part)) ?? 0)
            case archiveField, "dest_path": throw AgentError.invalidArgument("the field \(part.name) is there twice")
            default:
                throw AgentError.invalidArgument(
                    "there is no field \"\(part.name)\": send \(archiveField) and dest_path")
            }
        }
        self.archive = try Self.required(archive, archiveField)
        self.destination = try Self.required(destination, "dest_path")
        self.stripComponents = stripComponents
    }

    private static func required<Value>(_ value: Value?, _ field: String) throws(AgentError) -> Value {
        guard let value else { throw .invalidArgument("the form lacks the field \(field)") }
        return value
    }
}
