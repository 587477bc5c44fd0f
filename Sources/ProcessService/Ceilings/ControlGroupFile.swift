import AgentCore
import Glibc

/// A file by which the kernel shows or is told something. Blocks no longer than the kernel takes.
struct ControlGroupFile {
    private static let sizeLimit = 1 << 20

    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// What it says; nothing when it cannot be read.
    var text: String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        while count < Self.sizeLimit {
            let read = bytes.withUnsafeMutableBytes {
                fread($0.baseAddress?.advanced(by: count), 1, $0.count - count, file)
            }
            if read == 0 { break }
            count += read
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    var words: [String] { text.split { $0 == " " || $0 == "\n" }.map(String.init) }

    /// - Throws: `unavailable` with what the kernel has against it.
    func write(_ value: String) throws(AgentError) {
        let number = open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw refusal(of: "open", errno) }
        defer { close(number) }
        let written = Array(value.utf8).withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        guard written == value.utf8.count else { throw refusal(of: "write \"\(value)\" to", errno) }
    }

    func refusal(of operation: String, _ errno: Int32) -> AgentError {
        .unavailable("cannot \(operation) \(path): \(String(cString: strerror(errno)).lowercased())")
    }
}
