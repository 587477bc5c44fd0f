package import AgentCore

/// What is known of a recording at one moment.
package struct RecordingStatus: Sendable {
    package let id: RecordingID
    /// Whether frames are still being taken.
    package let isRecording: Bool
    package let startedAt: UnixTime
    /// `nil` until the file is final.
    package let finishedAt: UnixTime?
    package let path: String
    /// What ended it before its time: a full disk, say. `nil` when it ended as asked.
    package let failure: AgentError?
}
