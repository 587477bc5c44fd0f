/// The answer to a request for a picture of the screen.
package struct Screenshot: Sendable {
    /// Names the picture: equal tags mean equal bytes, over restarts of the agent too. Letters, digits, `.` and `-`.
    package let tag: String
    /// The file; `nil` when the caller knows it already.
    package let bytes: [UInt8]?
    /// Whether the screen had come to rest; `nil` when nobody asked.
    package internal(set) var isStable: Bool?
}
