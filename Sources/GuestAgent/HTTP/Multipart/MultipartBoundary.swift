import AgentCore

/// The boundary of a multipart body, as the Content-Type field announces it (RFC 2046 §5.1.1).
struct MultipartBoundary: Equatable {
    /// 1…70 characters, without the dashes in front.
    let text: String

    /// - Parameter contentType: the value of the field; `nil` when there is none.
    /// - Throws: `invalidArgument` for everything that is not `multipart/form-data` with a boundary.
    init(contentType: String?) throws(AgentError) {
        let value = HeaderValue(contentType ?? "")
        guard value.token.lowercased() == "multipart/form-data" else {
            throw .invalidArgument(
                "the body must be a form: send Content-Type: multipart/form-data with a boundary, not \(value.token)")
        }
        guard let boundary = value.parameters["boundary"], (1...70).contains(boundary.utf8.count) else {
            throw .invalidArgument("Content-Type: multipart/form-data needs a boundary of 1 to 70 characters")
        }
        text = boundary
    }
}
