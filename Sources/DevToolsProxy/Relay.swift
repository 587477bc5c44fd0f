import AgentCore
import NIOCore
import ServiceLifecycle

/// Joins a client and an upstream whose WebSocket handshake has been agreed.
///
/// Bytes pass both ways as they come; a message may have any size, because none is ever whole in memory. Each side is
/// read only when the other has taken what came before. A half-close is passed on. When the upstream ends without a
/// WebSocket close the client is sent one, provided the stream stands between two frames. From the first end on, the
/// other side has `linger` to take what is left before both are closed.
///
/// Everything happens on the thread of the relays.
actor Relay {
    private let thread: RelayThread
    private let client: RelaySocket
    private let upstream: RelaySocket
    private let linger: Duration
    private var liveness: RelayLiveness?
    private var fromClient = RelayStream()
    private var fromUpstream = RelayStream()
    private var clientWatch: RelayWatch
    private var upstreamWatch: RelayWatch
    /// The upstream has been told that the client sends no more.
    private var hasEndedUpstream = false
    /// The client has been, or is about to be, sent the last byte.
    private var isLeavingClient = false
    private var hasEndedClient = false
    private var deadline: DescriptorLoop.Timer?
    private var completion: CheckedContinuation<Void, Never>?
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - liveness: how a client that has vanished is noticed; `nil` leaves that to the kernel.
    init(
        client: RelaySocket, upstream: RelaySocket, thread: RelayThread, linger: Duration, liveness: RelayLiveness?
    ) {
        self.client = client
        self.upstream = upstream
        self.thread = thread
        self.linger = linger
        self.liveness = liveness
        clientWatch = RelayWatch(socket: client, loop: thread.loop)
        upstreamWatch = RelayWatch(socket: upstream, loop: thread.loop)
    }

    /// Passes bytes both ways until both sides have ended. Cancelling the task ends both at once; a graceful shutdown
    /// sends the client a close with status 1001.
    func run() async {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withCheckedContinuation { begin(with: $0) }
            } onGracefulShutdown: {
                self.onThread { $0.leaveClient(.goingAway, "the agent is stopping") }
            }
        } onCancel: {
            self.onThread { $0.finish() }
        }
    }

    private nonisolated func onThread(_ action: @escaping @Sendable (isolated Relay) -> Void) {
        thread.loop.schedule(after: .zero) { self.assumeIsolated(action) }
    }

    private func begin(with completion: CheckedContinuation<Void, Never>) {
        guard !isOver else { return completion.resume() }
        self.completion = completion
        fromUpstream.begin(with: upstream.leftover, to: client)
        fromClient.begin(with: client.leftover, to: upstream)
        listen()
        settle()
    }

    private func clientIsReady() {
        guard !isOver else { return }
        if fromUpstream.isBehind { fromUpstream.flush(to: client) }
        if fromClient.pass(from: client, to: upstream, through: thread.buffer) { liveness?.hear() }
        settle()
    }

    private func upstreamIsReady() {
        guard !isOver else { return }
        if fromClient.isBehind { fromClient.flush(to: upstream) }
        if fromUpstream.pass(from: upstream, to: client, through: thread.buffer) { liveness?.hear() }
        settle()
    }

    /// Draws the consequences of what has been read and sent.
    private func settle() {
        if fromClient.hasEnded, !fromClient.isBehind, !hasEndedUpstream { endUpstream() }
        if fromUpstream.hasEnded { leaveClient(.normal, "the browser has closed the connection") }
        guard !fromUpstream.isDiscarding else { return finish() }
        if isLeavingClient, !fromUpstream.isBehind { endClient() }
        guard !isOver else { return }
        watch()
    }

    private func endUpstream() {
        hasEndedUpstream = true
        upstream.endOutput()
        lingerOnce()
    }

    /// Ends the upstream's part: an upstream that has ended is of no more use, and what the client still sends is
    /// thrown away.
    private func leaveClient(_ close: WebSocketClose, _ reason: StaticString) {
        guard !isLeavingClient, !isOver else { return }
        isLeavingClient = true
        fromUpstream.end()
        fromClient.discard()
        hasEndedUpstream = true
        upstream.abandon()
        if canInsert { fromUpstream.insert(close.frame(reason: reason), to: client) }
        lingerOnce()
        settle()
    }

    /// The client is given the end behind the last byte, and then time to end itself: closing a socket with unread
    /// input would have the kernel reset it, and what was sent be lost on the way.
    private func endClient() {
        if !hasEndedClient { client.endOutput() }
        hasEndedClient = true
        if fromClient.hasEnded { finish() }
    }

    private var canInsert: Bool {
        fromUpstream.frames.isBetweenFrames && !fromUpstream.frames.hasSeenClose
    }

    private func lingerOnce() {
        guard deadline == nil else { return }
        deadline = thread.loop.schedule(after: linger) { [weak self] in self?.assumeIsolated { $0.finish() } }
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        clientWatch.end()
        upstreamWatch.end()
        client.abandon()
        upstream.abandon()
        if let deadline { thread.loop.cancel(deadline) }
        completion?.resume()
        completion = nil
    }
}

extension Relay {
    /// Waits for what can be done: a socket is read when the other one takes more.
    private func watch() {
        clientWatch.update(reading: fromClient.wantsInput, writing: fromUpstream.isBehind) { [weak self] in
            self?.assumeIsolated { $0.clientIsReady() }
        }
        guard !isLeavingClient else { return upstreamWatch.end() }
        upstreamWatch.update(reading: fromUpstream.wantsInput, writing: fromClient.isBehind) { [weak self] in
            self?.assumeIsolated { $0.upstreamIsReady() }
        }
    }

    private func listen() {
        guard let liveness else { return }
        thread.loop.schedule(after: liveness.interval) { [weak self] in self?.assumeIsolated { $0.tick() } }
    }

    /// Sends a silent client a ping, and gives it up when it does not answer.
    private func tick() {
        guard !isOver, let verdict = liveness?.tick() else { return }
        switch verdict {
        case .alive: break
        case .silent: if canInsert, !isLeavingClient { fromUpstream.insert(RelayLiveness.ping, to: client) }
        case .dead: return finish()
        }
        settle()
        listen()
    }
}
