import AgentCore
import AgentTestSupport
import Glibc

/// A media file as FFmpeg's programs see it: nothing of what wrote it takes part.
struct MediaFile {
    static let isProbeInstalled = ChildProcess.isInstalled("ffprobe") && ChildProcess.isInstalled("ffmpeg")

    let path: String

    /// A property of the file or of its video, by ffprobe's name: "codec_name", "duration", "nb_read_packets".
    ///
    /// - Parameter streams: "v" or "a" for the sound.
    func properties(of streams: String = "v") async throws -> [String: String] {
        let text = try await Self.output(
            "ffprobe -v error -select_streams \(streams) -count_packets -show_format -show_streams -of default=noprint_wrappers=1 '\(path)'"
        )
        var properties: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            // The stream comes first; what both have, such as the duration, is the stream's.
            if parts.count == 2, properties["\(parts[0])"] == nil { properties["\(parts[0])"] = "\(parts[1])" }
        }
        return properties
    }

    struct Frame {
        /// In seconds.
        let time: Double
        let isKeyFrame: Bool
    }

    /// Decodes all of it. Throws when ffprobe has anything to complain about.
    func frames() async throws -> [Frame] {
        let text = try await Self.output(
            "ffprobe -v error -select_streams v -show_entries frame=key_frame,pts_time -of csv=print_section=0 '\(path)'"
        )
        return try text.split(separator: "\n").map { line in
            let fields = line.split(separator: ",")
            guard fields.count >= 2, let time = Double(fields[1]) else {
                throw AgentError.internalError("ffprobe said: \(line)")
            }
            return Frame(time: time, isKeyFrame: fields[0] == "1")
        }
    }

    /// The titles of the chapters in their order.
    func chapters() async throws -> [String] {
        let text = try await Self.output(
            "ffprobe -v error -show_entries chapter_tags=title -of default=noprint_wrappers=1:nokey=1 '\(path)'")
        return text.split(separator: "\n").map(String.init)
    }

    /// Every frame as one byte per pixel of luma, 0 black to 255 white.
    func luma(width: Int, height: Int) async throws -> [[UInt8]] {
        let files = try ScratchFiles()
        _ = try await Self.output(
            "ffmpeg -v error -i '\(path)' -f rawvideo -pix_fmt gray -fps_mode passthrough -enc_time_base -1 '\(files.path("luma"))'"
        )
        let bytes = files.read("luma") ?? []
        return stride(from: 0, to: bytes.count, by: width * height).map { Array(bytes[$0..<($0 + width * height)]) }
    }

    /// The sound, left and right mixed, 48,000 samples a second.
    func samples() async throws -> [Float] {
        let files = try ScratchFiles()
        _ = try await Self.output("ffmpeg -v error -i '\(path)' -vn -ac 1 -ar 48000 -f f32le '\(files.path("sound"))'")
        let bytes = files.read("sound") ?? []
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    /// A part of an MP4 file (ISO/IEC 14496-12 §4.2).
    struct Box {
        let name: String
        let range: Range<Int>
    }

    /// The names of the top-level boxes in their order.
    func boxes() throws -> [String] { extents(in: try content()).map(\.name) }

    /// The top-level boxes in `bytes`.
    func extents(in bytes: [UInt8]) -> [Box] {
        var (boxes, at) = ([Box](), 0)
        while at + 8 <= bytes.count {
            let size = max(8, bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) })
            boxes.append(Box(name: String(decoding: bytes[at + 4..<at + 8], as: UTF8.self), range: at..<at + size))
            at += size
        }
        return boxes
    }

    func content() throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw AgentError.system(errno: errno, operation: "open", path: path) }
        defer { fclose(file) }
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece.prefix(count) }
        return bytes
    }

    /// Runs a command of the shell to its end. Throws when it says anything on standard error.
    static func output(_ command: String) async throws -> String {
        let files = try ScratchFiles()
        let script =
            "{ \(command); } >'\(files.path("out"))' 2>'\(files.path("err"))' </dev/null; : >'\(files.path("end"))'"
        let process = try ChildProcess(["sh", "-c", script])
        defer { process.end() }
        guard await eventually(within: .seconds(60), { files.read("end") != nil }) else {
            throw AgentError.timeoutOf(command)
        }
        let complaint = String(decoding: files.read("err") ?? [], as: UTF8.self)
        guard complaint.isEmpty else { throw AgentError.internalError("\(command): \(complaint)") }
        return String(decoding: files.read("out") ?? [], as: UTF8.self)
    }
}

extension AgentError {
    fileprivate static func timeoutOf(_ command: String) -> AgentError {
        AgentError(.timeout, "\(command) does not end")
    }
}
