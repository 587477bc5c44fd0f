package import AgentCore

/// How far a recording has come.
package enum RecordingState: String, Sendable, Equatable {
    /// Waits for its first frame. Becomes `recording`; when it fails the recording is forgotten.
    case starting
    /// Takes frames; what is on disk plays. Becomes `finalising`.
    case recording
    /// The file is being rewritten with its index in front. Becomes `finished`.
    case finalising
    /// The file does not change any more. Becomes `deleted`.
    case finished
    /// The file is gone.
    case deleted
}

/// What is known of a recording at one moment.
package struct RecordingStatus: Sendable {
    package internal(set) var id: RecordingID
    package internal(set) var state: RecordingState
    /// Where the file is. While recording it is a fragmented MP4 that grows; the final file takes its place in one
    /// step, so whoever has the first one open reads on undisturbed.
    package internal(set) var path: String
    /// When the first frame was taken.
    package internal(set) var startedAt: UnixTime
    /// When the last frame was taken; `nil` while frames are.
    package internal(set) var finishedAt: UnixTime?
    /// How much of the file is on the disk, in bytes: while recording, all whole fragments.
    package internal(set) var bytesOnDisk: Int64 = 0
    /// In the order they were set.
    package internal(set) var marks: [RecordingMark] = []
    package internal(set) var figures = RecordingFigures()
    /// What ended it before its time, a full disk say, or kept its file from being rewritten. `nil` when it ended as
    /// asked. The file holds what came before.
    package internal(set) var failure: AgentError?
    /// Whether an earlier run of the agent made it.
    package internal(set) var isFromEarlierRun = false
    /// Time zero of the video; `nil` before there is a frame.
    var origin: ContinuousClock.Instant?

    /// Whether frames are still being taken.
    package var isRecording: Bool { state == .recording }

    init(id: RecordingID, path: String) {
        self.id = id
        self.path = path
        state = .starting
        startedAt = .now
    }
}
