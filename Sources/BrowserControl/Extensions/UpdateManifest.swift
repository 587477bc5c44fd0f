import AgentCore

/// An extension's `update.xml`: where Chromium finds the packed extension that a policy has it install.
struct UpdateManifest {
    let id: ExtensionID
    /// With its URLs pointing to where the agent serves the files.
    let text: String

    /// - Parameters:
    ///   - files: what is in the extension's directory.
    ///   - address: where that directory is served, with a slash at its end.
    /// - Throws: `invalidArgument` when it does not name an id, or no file that is there.
    init(_ text: String, of name: ExtensionName, files: Set<String>, address: String) throws(AgentError) {
        guard let id = Self.attribute("appid", in: text[...]).flatMap({ ExtensionID(String(text[$0])) }) else {
            throw .invalidArgument("update.xml of \(name) names no appid of 32 letters from a to p")
        }
        guard let range = Self.attribute("codebase", in: text[...]),
            let file = text[range].split(separator: "/").last.map(String.init), files.contains(file)
        else { throw .invalidArgument("update.xml of \(name) has no codebase that is a .crx file beside it") }
        self.id = id
        self.text = text.replacingCharacters(in: range, with: address + file)
    }

    private static func attribute(_ name: String, in text: Substring) -> Range<String.Index>? {
        for quote in ["\"", "'"] {
            guard let start = text.firstRange(of: "\(name)=\(quote)"),
                let end = text[start.upperBound...].firstRange(of: quote)
            else { continue }
            return start.upperBound..<end.lowerBound
        }
        return nil
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }
}
