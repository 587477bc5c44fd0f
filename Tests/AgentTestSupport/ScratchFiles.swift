import AgentCore
import Glibc

/// A directory of a test's own, removed with the files in it when it is released.
package final class ScratchFiles: Sendable {
    package let directory: String

    package init() throws {
        var template = Array("/tmp/guest-agent-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw AgentError.system(errno: errno, operation: "make", path: "/tmp") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if let entries = opendir(directory) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink(path(name)) }
            }
            closedir(entries)
        }
        rmdir(directory)
    }

    /// Where a file of that name is, or would be.
    package func path(_ name: String) -> String { "\(directory)/\(name)" }

    package func write(_ bytes: [UInt8], to name: String) throws {
        guard let file = fopen(path(name), "w") else {
            throw AgentError.system(errno: errno, operation: "open", path: path(name))
        }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw AgentError.system(errno: errno, operation: "write", path: path(name))
        }
    }

    /// What the file holds now; `nil` while there is none.
    package func read(_ name: String) -> [UInt8]? {
        guard let file = fopen(path(name), "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece.prefix(count) }
        return bytes
    }
}
