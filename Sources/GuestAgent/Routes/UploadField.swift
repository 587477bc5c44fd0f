import AgentCore

/// Which half of which file a field of the upload form is.
struct UploadField: Equatable {
    enum Half: String {
        case content = "file"
        case destination = "dest_path"
    }

    /// Counted by the client, from 0 and not necessarily without gaps.
    let index: Int
    let half: Half

    /// Reads `files[0].file`, `files[0][file]`, `files.0.file` and, for a single file, `file`; `dest_path` alike.
    ///
    /// - Throws: `invalidArgument` for any other name.
    init(name: String) throws(AgentError) {
        let parts = name.split(omittingEmptySubsequences: true) { "[].".contains($0) }
        let half = parts.last.flatMap { Half(rawValue: String($0)) }
        guard let half, let index = Self.index(parts.dropLast()), index >= 0, Self.forms(index, half).contains(name)
        else {
            throw .invalidArgument(
                "there is no field \"\(name)\": use files[0].file with files[0].dest_path, or file with dest_path")
        }
        self.index = index
        self.half = half
    }

    private static func index(_ parts: ArraySlice<Substring>) -> Int? {
        parts.isEmpty ? 0 : parts.last.flatMap { Int($0) }
    }

    private static func forms(_ index: Int, _ half: Half) -> [String] {
        let name = half.rawValue
        let numbered = ["files[\(index)].\(name)", "files[\(index)][\(name)]", "files.\(index).\(name)"]
        return index == 0 ? numbered + [name] : numbered
    }
}
