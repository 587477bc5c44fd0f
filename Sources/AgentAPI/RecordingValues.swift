// Wire values of /recording/*.

package struct StartRecordingRequest: Codable, Sendable {
    package let id: String?
    /// Frames per second, 1…20.
    package let frameRate: Int?
    package let maxFileSizeInMB: Int?
    package let maxDurationInSeconds: Int?
    package let recordAudio: Bool?

    package init() {
        id = nil
        frameRate = nil
        maxFileSizeInMB = nil
        maxDurationInSeconds = nil
        recordAudio = nil
    }

    enum CodingKeys: String, CodingKey {
        case id, maxFileSizeInMB, maxDurationInSeconds, recordAudio
        case frameRate = "framerate"
    }
}

package struct StopRecordingRequest: Codable, Sendable {
    package let id: String?
    package let forceStop: Bool?

    package init() {
        id = nil
        forceStop = nil
    }
}

package struct RecordingListEntry: Codable, Sendable {
    let id: String
    let isRecording: Bool
    let startedAt: Timestamp?
    let finishedAt: Timestamp?

    package init(id: String, isRecording: Bool, startedAt: Timestamp?, finishedAt: Timestamp?) {
        self.id = id
        self.isRecording = isRecording
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, isRecording
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    /// Unknown times are `null`, not absent: clients read both keys.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(isRecording, forKey: .isRecording)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
    }
}
