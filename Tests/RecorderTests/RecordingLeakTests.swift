import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import Recorder

@Suite(.timeLimit(.minutes(2)))
struct RecordingLeakTests {
    @Test func `thirty recordings leave no descriptor and no thread behind`() async throws {
        try await RecordingFixture.with(SyntheticScreen(width: 640, height: 480)) { fixture in
            let ids = try (0..<30).map { try RecordingID("leak-\($0)") }
            try await fixture.service.start(ids[0], RecordingParameters(frameRate: 20))
            #expect(Self.threads().count == 1)
            #expect(Self.descriptors(in: fixture.files.directory) == 1)
            try await fixture.service.stop(ids[0])
            for id in ids.dropFirst() { _ = try await fixture.record(id, pictures: 2, frameRate: 20) }
            #expect(Self.descriptors(in: fixture.files.directory) == 0)
            // The process has other tests' threads too; these are known by their names.
            #expect(await eventually { Self.threads().isEmpty })
        }
    }

    /// The names of this process's threads that belong to the recordings above.
    private static func threads() -> [String] {
        names(in: "/proc/self/task").compactMap { task in
            guard let file = fopen("/proc/self/task/\(task)/comm", "r") else { return nil }
            defer { fclose(file) }
            var bytes = [CChar](repeating: 0, count: 32)
            guard fgets(&bytes, 32, file) != nil else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }.filter { $0.hasPrefix("rec-leak-") }
    }

    private static func descriptors(in directory: String) -> Int {
        names(in: "/proc/self/fd").count { name in
            var target = [CChar](repeating: 0, count: 1024)
            guard readlink("/proc/self/fd/\(name)", &target, 1023) > 0 else { return false }
            let path = String(decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return path.hasPrefix(directory)
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let entries = opendir(directory) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
