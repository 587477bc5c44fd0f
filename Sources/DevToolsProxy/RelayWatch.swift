import AgentCore

/// What is waited for on one socket of a relay.
///
/// A socket from which nothing is wanted is not watched at all: epoll would report its errors over and over.
struct RelayWatch {
    private let socket: RelaySocket
    private let loop: DescriptorLoop
    private var watch: DescriptorLoop.Watch?
    private var readiness: DescriptorLoop.Readiness = []

    init(socket: RelaySocket, loop: DescriptorLoop) {
        self.socket = socket
        self.loop = loop
    }

    /// - Parameter handler: called on the loop's thread whenever the socket can be read or written as asked, or is
    ///   broken, which the next attempt to do so tells.
    mutating func update(reading: Bool, writing: Bool, _ handler: @escaping @Sendable () -> Void) {
        var wanted: DescriptorLoop.Readiness = []
        if reading { wanted.insert(.readable) }
        if writing { wanted.insert(.writable) }
        guard wanted != readiness else { return }
        readiness = wanted
        guard !wanted.isEmpty else { return forget() }
        if let watch {
            loop.change(watch, to: wanted)
        } else {
            watch = try? loop.watch(socket.descriptor, for: wanted) { _ in handler() }
        }
    }

    mutating func end() {
        readiness = []
        forget()
    }

    private mutating func forget() {
        if let watch { loop.unwatch(watch) }
        watch = nil
    }
}
