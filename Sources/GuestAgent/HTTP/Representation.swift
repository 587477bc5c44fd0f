import HTTPTypes

/// What a GET would be answered with, as far as conditions and ranges of a request look at it.
struct Representation {
    let tag: EntityTag
    let lastModified: HTTPDate
    /// In bytes; `nil` when only the end will tell. Then there are no ranges.
    let length: Int64?

    /// What a request gets of it.
    enum Selection: Equatable {
        case whole
        /// 206.
        case part(Range<Int64>)
        /// 304.
        case notModified
        /// 412.
        case preconditionFailed
        /// 416.
        case unsatisfiable
    }

    /// Decides in the order of RFC 9110 §13.2.2, for GET and HEAD.
    func selection(for request: HTTPRequest) -> Selection {
        let fields = request.headerFields
        guard isExpected(fields) else { return .preconditionFailed }
        guard isNews(fields) else { return .notModified }
        guard request.method == .get, let length, isContinued(fields) else { return .whole }
        switch ByteRange(fields[.range], length: length) {
        case .whole: return .whole
        case .part(let range): return .part(range)
        case .unsatisfiable: return .unsatisfiable
        }
    }

    /// If-Match, else If-Unmodified-Since.
    private func isExpected(_ fields: HTTPFields) -> Bool {
        if let field = fields[.ifMatch] {
            return EntityTag.List(field).contains { $0.stronglyMatches(tag) }
        }
        guard let date = fields[.ifUnmodifiedSince].flatMap(HTTPDate.init) else { return true }
        return lastModified <= date
    }

    /// If-None-Match, else If-Modified-Since.
    private func isNews(_ fields: HTTPFields) -> Bool {
        if let field = fields[.ifNoneMatch] {
            return !EntityTag.List(field).contains { $0.weaklyMatches(tag) }
        }
        guard let date = fields[.ifModifiedSince].flatMap(HTTPDate.init) else { return true }
        return lastModified > date
    }

    /// If-Range: whether the client's part is of this very state. A date counts only where the tag is strong, for what
    /// changes twice within a second keeps its date.
    private func isContinued(_ fields: HTTPFields) -> Bool {
        guard let field = fields[.ifRange] else { return true }
        if let known = EntityTag(field) { return known.stronglyMatches(tag) }
        return !tag.isWeak && HTTPDate(field) == lastModified
    }
}
