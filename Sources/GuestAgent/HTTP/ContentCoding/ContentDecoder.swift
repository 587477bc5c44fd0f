import AgentCore
import HTTPTypes
import NIOCore

/// Undoes one content coding, piece by piece (RFC 9110 §8.4.1). Belongs to one task.
protocol ContentDecoder: AnyObject {
    /// Reads from `input` and writes to `output` until one of them is used up.
    ///
    /// - Throws: `invalidArgument` for what is not in this coding.
    func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer) throws(AgentError)

    /// Whether what was read so far is a whole: the body may end here.
    var isComplete: Bool { get }
}

/// The codings a body may have.
enum ContentCoding: String, CaseIterable {
    case gzip, zstd

    /// The coding of a request's body; `nil` for none.
    ///
    /// - Throws: `unsupportedMediaType` for any other coding, and for several.
    init?(of headers: HTTPFields) throws(AgentError) {
        let value = headers[.contentEncoding]?.lowercased() ?? ""
        switch value {
        case "", "identity": return nil
        // RFC 9110 §8.4.1.3: the older name for the same.
        case "x-gzip": self = .gzip
        default:
            guard let coding = ContentCoding(rawValue: value) else {
                let names = Self.allCases.map(\.rawValue).joined(separator: " or ")
                throw AgentError(
                    .unsupportedMediaType, "the body is encoded as \"\(value)\"; send it plain, or as \(names)")
            }
            self = coding
        }
    }

    /// - Throws: `unavailable` when no memory is left.
    func makeDecoder() throws(AgentError) -> any ContentDecoder {
        switch self {
        case .gzip: try GzipDecoder()
        case .zstd: try ZstdDecoder()
        }
    }
}
