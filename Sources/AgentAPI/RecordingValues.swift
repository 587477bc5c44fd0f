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

package struct DeleteRecordingRequest: Codable, Sendable {
    package let id: String?

    package init() {
        id = nil
    }
}

package struct MarkRecordingRequest: Codable, Sendable {
    package let id: String?
    package let name: String
}

/// A named moment of a recording.
package struct RecordingMarkResponse: Codable, Sendable {
    let name: String
    /// Milliseconds since the first frame.
    let offset: Int64

    package init(name: String, offset: Int64) {
        (self.name, self.offset) = (name, offset)
    }

    enum CodingKeys: String, CodingKey {
        case name
        case offset = "offset_ms"
    }
}

package struct RecordingListEntry: Codable, Sendable {
    let id: String
    let isRecording: Bool
    let startedAt: Timestamp?
    let finishedAt: Timestamp?
    /// `recording`, `finalising` or `finished`.
    let state: String
    /// Bytes of the file.
    let size: Int64
    let marks: [RecordingMarkResponse]
    /// Why it ended early, or why its file is not as it should be.
    let error: String?
    let figures: RecordingFiguresEntry

    package init(
        id: String, isRecording: Bool, startedAt: Timestamp?, finishedAt: Timestamp?, state: String, size: Int64,
        marks: [RecordingMarkResponse], error: String?, figures: RecordingFiguresEntry
    ) {
        self.id = id
        self.isRecording = isRecording
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.state = state
        self.size = size
        self.marks = marks
        self.error = error
        self.figures = figures
    }

    enum CodingKeys: String, CodingKey {
        case id, isRecording, state, marks, error
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case size = "size_bytes"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        isRecording = try container.decode(Bool.self, forKey: .isRecording)
        startedAt = try container.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        finishedAt = try container.decodeIfPresent(Timestamp.self, forKey: .finishedAt)
        state = try container.decode(String.self, forKey: .state)
        size = try container.decode(Int64.self, forKey: .size)
        marks = try container.decode([RecordingMarkResponse].self, forKey: .marks)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        figures = try RecordingFiguresEntry(from: decoder)
    }

    /// Unknown times are `null`, not absent: clients read both keys.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(isRecording, forKey: .isRecording)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(state, forKey: .state)
        try container.encode(size, forKey: .size)
        try container.encode(marks, forKey: .marks)
        try container.encode(error, forKey: .error)
        try figures.encode(to: encoder)
    }
}

/// What a recording has done and cost, beside what clients of the original know.
package struct RecordingFiguresEntry: Codable, Sendable {
    let frames: Int
    let dropped: Int
    let processorMilliseconds: Int

    package init(frames: Int, dropped: Int, processorMilliseconds: Int) {
        self.frames = frames
        self.dropped = dropped
        self.processorMilliseconds = processorMilliseconds
    }

    enum CodingKeys: String, CodingKey {
        case frames, dropped
        case processorMilliseconds = "cpu_ms"
    }
}
