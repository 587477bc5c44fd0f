// Wire values of /fs/find and /fs/search: one a line.

/// A line in a file.
package struct SearchHitResponse: Sendable {
    let path: String
    /// Only where `path` is not UTF-8: its bytes, percent-encoded, as a query parameter takes them.
    let percentEncodedPath: String?
    /// From 1.
    let line: Int
    /// In characters, from 1.
    let column: Int
    let text: String
    /// `nil` where no context was asked for.
    let before: [String]?
    let after: [String]?

    package init(
        path: String, percentEncodedPath: String?, line: Int, column: Int, text: String, before: [String]?,
        after: [String]?
    ) {
        self.path = path
        self.percentEncodedPath = percentEncodedPath
        self.line = line
        self.column = column
        self.text = text
        self.before = before
        self.after = after
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("path", path)
            if let percentEncodedPath { json.field("path_encoded", percentEncodedPath) }
            json.field("line", line)
            json.field("column", column)
            json.field("text", text)
            if let before { json.field("before", before) }
            if let after { json.field("after", after) }
        }
    }
}

/// A file or directory that could not be read, and was passed over.
package struct SearchFailureResponse: Sendable {
    let path: String
    let error: String

    package init(path: String, error: String) {
        self.path = path
        self.error = error
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("path", path)
            json.field("error", error)
        }
    }
}
