import AgentCore
import AgentTestSupport
import Testing

/// Red, green, blue of each pixel of a JPEG picture, as FFmpeg reads it; a file it finds fault with is a failure.
func decodedJPEG(_ file: [UInt8], width: Int, height: Int) async throws -> [UInt8] {
    let files = try ScratchFiles()
    try files.write(file, to: "picture.jpg")
    let ffmpeg = try ChildProcess([
        "ffmpeg", "-v", "error", "-xerror", "-i", files.path("picture.jpg"), "-f", "rawvideo", "-pix_fmt", "rgb24",
        files.path("rgb"),
    ])
    defer { ffmpeg.end() }
    let size = width * height * 3
    guard await eventually(within: .seconds(20), { files.read("rgb")?.count == size }), let rgb = files.read("rgb")
    else {
        throw AgentError.internalError("FFmpeg does not take this for a picture of \(width) by \(height)")
    }
    return Array(rgb)
}
