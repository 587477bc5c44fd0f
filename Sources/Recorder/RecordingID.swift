import AgentCore
import Glibc

/// Names a recording, and its file: 1 to 128 letters, digits and hyphens of ASCII.
package struct RecordingID: Hashable, Sendable, CustomStringConvertible {
    /// The recording meant by a request that names none.
    package static let fallback = RecordingID(unchecked: "default")

    private static let maximumLength = 128

    package let description: String

    /// Throws `invalidArgument` for anything that is not an id, so that no id can lead out of the directory.
    package init(_ text: String) throws {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw AgentError.invalidArgument(
                "a recording id is 1 to \(Self.maximumLength) letters, digits and hyphens, like \"checkout-run-3\"")
        }
        self.init(unchecked: text)
    }

    private init(unchecked text: String) {
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Another id for a recording that began at `time`: this one with the time behind it, "demo-20261121T035048Z", and
    /// a number when that is taken.
    func dated(_ time: UnixTime, isTaken: (RecordingID) -> Bool) -> RecordingID {
        var (seconds, date) = (time_t(time.seconds), tm())
        gmtime_r(&seconds, &date)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "-%Y%m%dT%H%M%SZ", &date)
        let suffix = String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for number in 1... {
            let ending = number == 1 ? suffix : "\(suffix)-\(number)"
            let id = RecordingID(unchecked: description.prefix(Self.maximumLength - ending.utf8.count) + ending)
            if !isTaken(id) { return id }
        }
        return self
    }
}
