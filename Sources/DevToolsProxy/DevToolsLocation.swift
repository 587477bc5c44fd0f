package import AgentCore
import FoundationEssentials
import Glibc
import NIOPosix

/// Where Chromium's DevTools server may be found.
///
/// Usually it is on the port it was told. With `--remote-debugging-port=0` it chooses one and writes it to the file
/// `DevToolsActivePort` in its user data directory, and in every case it says in its log what it listens on, which may
/// be `[::1]` where another process had the port on 127.0.0.1. None of these is believed without asking.
package struct DevToolsLocation: Sendable {
    /// Where Chromium was told to listen.
    package let address: SocketEndpoint
    /// Path of `DevToolsActivePort`; `nil` if there is none to look at.
    package let activePortFile: String?
    /// Path of the file with Chromium's output; `nil` if there is none to look at.
    package let log: String?

    /// How much of the log's end is looked at, in bytes.
    private static let logTail = 256 << 10

    package init(address: SocketEndpoint, activePortFile: String? = nil, log: String? = nil) {
        self.address = address
        self.activePortFile = activePortFile
        self.log = log
    }

    /// Places named by the two files, other than `address`, the likelier one first.
    func alternatives() async -> [SocketEndpoint] {
        guard activePortFile != nil || log != nil else { return [] }
        let found = try? await NIOThreadPool.singleton.runIfActive { [self] in
            [portOfFile(), lastLogged()]
        }
        var places: [SocketEndpoint] = []
        for case let place? in found ?? [] where place != address && !places.contains(place) { places.append(place) }
        return places
    }

    /// The first line of `DevToolsActivePort` is the port, the second the path of the browser endpoint.
    private func portOfFile() -> SocketEndpoint? {
        guard let text = activePortFile.flatMap({ Self.end(of: $0, limit: 4096) }) else { return nil }
        return text.split(separator: "\n").first.flatMap { SocketEndpoint("\(address.host):\($0)") }
    }

    private func lastLogged() -> SocketEndpoint? {
        log.flatMap { Self.end(of: $0, limit: Self.logTail) }.flatMap(Self.lastEndpoint)
    }

    /// The address in the last "DevTools listening on ws://127.0.0.1:9223/devtools/browser/…".
    static func lastEndpoint(inLog text: String) -> SocketEndpoint? {
        let lines = text.split(separator: "\n").reversed()
        for line in lines {
            guard let range = line.firstRange(of: "DevTools listening on ws://") else { continue }
            return SocketEndpoint(String(line[range.upperBound...].prefix { $0 != "/" && $0 != "\r" }))
        }
        return nil
    }

    /// - Returns: at most `limit` bytes from the end of a regular file; `nil` if it cannot be read.
    private static func end(of path: String, limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let file = OwnedDescriptor(owning: descriptor)
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let start = max(0, Int(status.st_size) - limit)
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(0, pread(file.rawValue, buffer.baseAddress, limit, off_t(start)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
