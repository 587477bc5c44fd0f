import Glibc

/// The connections of this process to one X server, to tell those opened later.
struct DisplayConnections {
    private let number: Int
    private let known: Set<Int32>

    /// - Parameter number: of the display.
    init(to number: Int) {
        self.number = number
        known = Self.current(to: number)
    }

    /// Breaks those that have been opened since; to the server it looks as if its client had gone.
    func breakNewOnes() {
        for descriptor in Self.current(to: number).subtracting(known) {
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    private static func current(to number: Int) -> Set<Int32> {
        Set((0..<1024).filter { peer(of: $0)?.hasSuffix("/tmp/.X11-unix/X\(number)") ?? false })
    }

    private static func peer(of descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        // An abstract address begins with NUL.
        let path = withUnsafeBytes(of: &address.sun_path) { $0.prefix(Int(length) - 2).filter { $0 != 0 } }
        return String(decoding: path, as: UTF8.self)
    }
}
