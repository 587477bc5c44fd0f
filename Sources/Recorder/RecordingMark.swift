import AgentCore

/// A moment of a recording that somebody has named. It becomes a chapter of the finished file.
package struct RecordingMark: Sendable, Equatable {
    static let maximumLength = 200

    package let name: String
    /// Since the first frame, in milliseconds.
    package let offset: Int64

    init(name: String, offset: Int64) {
        (self.name, self.offset) = (name, offset)
    }

    /// A name without the blanks around it. Throws `invalidArgument` unless 1 to 200 characters are left, none of them
    /// NUL.
    static func name(_ text: String) throws(AgentError) -> String {
        var name = Substring(text)
        while name.first?.isWhitespace == true { name.removeFirst() }
        while name.last?.isWhitespace == true { name.removeLast() }
        guard (1...maximumLength).contains(name.unicodeScalars.count), !name.unicodeScalars.contains("\0") else {
            throw .invalidArgument("the name of a mark is 1 to \(maximumLength) characters besides blanks around it")
        }
        return String(name)
    }
}
