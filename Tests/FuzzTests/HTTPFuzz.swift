import AgentCore
import HTTPTypes
import NIOCore

@testable import GuestAgent

extension FuzzTarget {
    /// A form, which is the same form however it arrives.
    static let multipart = FuzzTarget("multipart") { input in
        let whole = try Form(input: [input[...]])
        let pieces = try Form(input: input.pieces)
        try require(whole == pieces, "the form depends on how it arrives: \(whole), \(pieces)")
        let name = input.text
        if let field = try unlessRefused({ try UploadField(name: name) }) {
            try require(field.index >= 0, "a field with the index \(field.index)")
        }
    }

    /// The values of header fields: ranges, dates, tags, parameters.
    static let headers = FuzzTarget("headers") { input in
        let text = input.text
        _ = HeaderValue(text)
        _ = try unlessRefused { try MultipartBoundary(contentType: text) }
        _ = try unlessRefused { try ContentCoding(of: [.contentEncoding: text]) }
        for length in [0, 1, 1000, Int64.max] {
            if case .part(let range) = ByteRange(text, length: length) {
                try require(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "\(range)")
            }
        }
        if let date = HTTPDate(text) { try require(HTTPDate(date.text) == date, "\(date.text) is not \(text)") }
        try checkConditions(text)
    }

    private static func checkConditions(_ text: String) throws {
        let names: [HTTPField.Name] = [
            .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .range,
        ]
        let representation = Representation(
            tag: EntityTag(opaque: "tag", isWeak: false), lastModified: HTTPDate(seconds: 784_111_777), length: 1000)
        for name in names {
            var request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
            request.headerFields[name] = text
            if name == .ifRange { request.headerFields[.range] = "bytes=0-1" }
            if case .part(let range) = representation.selection(for: request) {
                try require(!range.isEmpty && range.upperBound <= 1000, "\(name): \(range)")
            }
        }
    }

    /// What stands behind the question mark.
    static let query = FuzzTarget("query") { input in
        let query = QueryParameters(input.text)
        for name in ["path", "limit", "a"] {
            _ = query[name]
            _ = try unlessRefused { try query.requiredBytes(name) }
            _ = try unlessRefused { try query.bool(name, default: false) }
            if let number = try unlessRefused({ try query.integer(name, in: 1...1000) }) ?? nil {
                try require((1...1000).contains(number), "\(number)")
            }
            if let number = try unlessRefused({ try query.number(name, in: 0...1) }) ?? nil {
                try require((0...1).contains(number), "\(number)")
            }
        }
        try require(URLQuery.decode(input).count <= input.count, "decoding made the query longer")
    }

    /// A body in gzip or zstd, after a byte that says which.
    static let contentCoding = FuzzTarget("content-coding") { input in
        guard let first = input.first else { return }
        let decoder = try (first % 2 == 0 ? ContentCoding.gzip : .zstd).makeDecoder()
        var rest = ByteBuffer(bytes: input.dropFirst())
        var total = 0
        _ = try unlessRefused {
            while total < 1 << 20 {
                var piece = ByteBufferAllocator().buffer(capacity: 65536)
                let before = rest.readableBytes
                try decoder.decode(&rest, into: &piece)
                total += piece.readableBytes
                guard rest.readableBytes > 0 || piece.writableBytes == 0 else { break }
                try require(rest.readableBytes < before || piece.readableBytes > 0, "the decoder does not go on")
            }
        }
    }
}

/// What a form says, as far as it goes.
private struct Form: Equatable {
    var parts: [(name: String, content: [UInt8])] = []
    var isWhole = false
    var isRefused = false

    init(input: [ArraySlice<UInt8>]) throws {
        let boundary = try MultipartBoundary(contentType: "multipart/form-data; boundary=B")
        var parser = MultipartParser(boundary: boundary)
        var form = self
        let isTaken: Void? = try unlessRefused {
            for piece in input {
                parser.feed(ByteBuffer(bytes: piece))
                while let event = try parser.next() { try form.take(event) }
            }
        }
        self = form
        isRefused = isTaken == nil
    }

    private mutating func take(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let part): parts.append((part.name, []))
        case .content(let bytes):
            try require(bytes.readableBytes > 0, "an empty piece of content")
            parts[parts.endIndex - 1].content += bytes.readableBytesView
        case .partEnd: break
        case .end: isWhole = true
        }
    }

    static func == (one: Form, other: Form) -> Bool {
        one.isWhole == other.isWhole && one.isRefused == other.isRefused
            && one.parts.elementsEqual(other.parts) { $0 == $1 }
    }
}
