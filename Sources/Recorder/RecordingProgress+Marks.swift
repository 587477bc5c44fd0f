import AgentCore

extension RecordingProgress {
    /// What one recording keeps of marks: more would make players' lists of chapters useless.
    private static let maximumMarks = 1000

    /// Names this moment. Throws `conflict` unless frames are being taken, `resourceExhausted` after 1000 marks.
    func addMark(_ name: String) throws(AgentError) -> RecordingMark {
        try update { (status) throws(AgentError) in
            guard status.state == .recording, let origin = status.origin else {
                throw .conflict("recording \(status.id) is not running; start one with another id")
            }
            guard status.marks.count < Self.maximumMarks else {
                throw AgentError(
                    .resourceExhausted, "recording \(status.id) has \(Self.maximumMarks) marks; start another")
            }
            let mark = RecordingMark(name: name, offset: VideoTime.milliseconds(VideoTime.ticks(.now - origin)))
            status.marks.append(mark)
            return mark
        }
    }

    /// Takes a mark back that could not be written down.
    func remove(_ mark: RecordingMark) {
        update { status in
            if let index = status.marks.lastIndex(of: mark) { status.marks.remove(at: index) }
        }
    }

    /// Takes the name of another recording away: it is known by another one from now on.
    func renamed(to id: RecordingID, path: String) -> RecordingProgress {
        var status = status
        (status.id, status.path) = (id, path)
        let progress = RecordingProgress(status)
        progress.finished.open()
        return progress
    }
}
