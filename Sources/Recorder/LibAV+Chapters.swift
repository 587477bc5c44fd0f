import AgentCore
import CLibAV

extension ga_libav_functions {
    func streams(of context: UnsafeMutablePointer<AVFormatContext>) -> [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }

    /// Gives a file that is to be written its chapters. They belong to the context, which frees them.
    func addChapters(_ chapters: [Chapter], to context: UnsafeMutablePointer<AVFormatContext>) throws {
        guard !chapters.isEmpty else { return }
        let list = try allocate(UnsafeMutablePointer<AVChapter>?.self, count: chapters.count)
        context.pointee.chapters = list
        for (index, chapter) in chapters.enumerated() {
            let entry = try allocate(AVChapter.self, count: 1)
            list[index] = entry
            context.pointee.nb_chapters = UInt32(index + 1)
            entry.pointee.id = Int64(index)
            entry.pointee.time_base = AVRational(num: 1, den: 1000)
            entry.pointee.start = chapter.range.lowerBound
            entry.pointee.end = chapter.range.upperBound
            try check(av_dict_set(&entry.pointee.metadata, "title", chapter.title, 0), "name a chapter")
        }
    }

    /// Zeroed memory that FFmpeg's libraries can free.
    private func allocate<Object>(_ type: Object.Type, count: Int) throws -> UnsafeMutablePointer<Object> {
        let memory = try require(av_mallocz(MemoryLayout<Object>.stride * count), "allocate chapters")
        return memory.bindMemory(to: type, capacity: count)
    }
}
