// Wire values of /recording/*.

package struct StartRecordingRequest: Codable, Sendable {
    package let id: String?
    /// Frames per second, 1…20.
    package let frameRate: Int?
    package let maxFileSizeInMB: Int?
    package let maxDurationInSeconds: Int?
    package let recordAudio: Bool?
    /// 1…100.
    package let quality: Int?
    /// kbit/s at most, 50…50000.
    package let bitrate: Int?
    /// Of width and height, 0.1…1.
    package let scale: Double?

    package init() {
        id = nil
        frameRate = nil
        maxFileSizeInMB = nil
        maxDurationInSeconds = nil
        recordAudio = nil
        quality = nil
        bitrate = nil
        scale = nil
    }

    enum CodingKeys: String, CodingKey {
        case id, maxFileSizeInMB, maxDurationInSeconds, recordAudio, quality, bitrate, scale
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
    let figures: RecordingFiguresEntry

    package init(
        id: String, isRecording: Bool, startedAt: Timestamp?, finishedAt: Timestamp?, figures: RecordingFiguresEntry
    ) {
        self.id = id
        self.isRecording = isRecording
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.figures = figures
    }

    enum CodingKeys: String, CodingKey {
        case id, isRecording
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        isRecording = try container.decode(Bool.self, forKey: .isRecording)
        startedAt = try container.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        finishedAt = try container.decodeIfPresent(Timestamp.self, forKey: .finishedAt)
        figures = try RecordingFiguresEntry(from: decoder)
    }

    /// Unknown times are `null`, not absent: clients read both keys.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(isRecording, forKey: .isRecording)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try figures.encode(to: encoder)
    }
}

/// What a recording has done and cost, beside what clients of the original know.
package struct RecordingFiguresEntry: Codable, Sendable {
    let frames: Int
    let dropped: Int
    let bytes: Int64
    let processorMilliseconds: Int

    package init(frames: Int, dropped: Int, bytes: Int64, processorMilliseconds: Int) {
        self.frames = frames
        self.dropped = dropped
        self.bytes = bytes
        self.processorMilliseconds = processorMilliseconds
    }

    enum CodingKeys: String, CodingKey {
        case frames, dropped, bytes
        case processorMilliseconds = "cpu_ms"
    }
}
