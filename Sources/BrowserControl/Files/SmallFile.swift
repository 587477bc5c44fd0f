import AgentCore
import FSService
import FoundationEssentials
import NIOCore

/// A file of settings: small, replaced as a whole, and put back as it was when something goes wrong.
struct SmallFile: Sendable {
    private static let limit = 1 << 20

    let path: FilePath
    let files: FileSystemService

    /// `nil` when there is none. Throws `tooLarge` beyond a MiB.
    func read() async throws -> ByteBuffer? {
        do {
            var content = ByteBuffer()
            for try await chunk in try await files.openForReading(path) {
                content.writeImmutableBuffer(chunk)
                guard content.readableBytes <= Self.limit else {
                    throw AgentError(.tooLarge, "\(path) has more than \(Self.limit) bytes")
                }
            }
            return content
        } catch let error as AgentError where error.code == .notFound {
            return nil
        }
    }

    /// Others see the old content or the new, whole; the mode is 0644, for the browser's user has to read it.
    func write(_ content: ByteBuffer) async throws {
        var file = try await files.beginWrite(path, WriteOptions(mode: FileMode(rawValue: 0o644)))
        try await file.write(content)
        try await file.commit()
    }

    /// `nil` when there is no such file. Throws `internalError` when it is not what `Value` decodes from.
    func decode<Value: Decodable>(_ type: Value.Type) async throws -> Value? {
        guard let content = try await read(), content.readableBytes > 0 else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(content.readableBytesView))
        } catch {
            throw AgentError.internalError("\(path) is not what the agent writes there: correct or remove it")
        }
    }

    func encode(_ value: some Encodable) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try await write(ByteBuffer(bytes: try encoder.encode(value)))
    }

    /// What puts the file back as it is now.
    func restoration() async throws -> @Sendable () async -> Void {
        let earlier = try await read()
        return {
            if let earlier {
                try? await write(earlier)
            } else {
                try? await files.deleteFile(path)
            }
        }
    }
}
