import AgentCore
import CAgentShims
import Glibc

/// Takes what a program writes to its terminal as it comes, or as the one who is attached takes it. Used on the thread
/// of the descriptor loop only.
final class TerminalDrain: OutputDrain {
    private enum Phase {
        case watching(DescriptorLoop.Watch)
        /// Not begun, or the holder is behind by all that is kept.
        case paused
        /// Nobody has the terminal open any more.
        case ended
    }

    private static let chunkSize = 64 * 1024
    /// The kernel hands out less than a page at once; a piece much smaller than that was the last for now.
    private static let smallPiece = 2048

    /// `nil` once it has ended.
    private var master: DescriptorBox?
    private let output: TerminalOutput
    private var phase = Phase.paused
    private var isForgotten = false
    private var onReadable: (@Sendable () -> Void)?

    init(_ master: consuming OwnedDescriptor, output: TerminalOutput) {
        self.master = DescriptorBox(master)
        self.output = output
    }

    var isOpen: Bool { if case .ended = phase { false } else { true } }
    var isPaused: Bool { if case .paused = phase { true } else { false } }

    func start(on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void) throws(AgentError) {
        guard let master else { return }
        onReadable = handler
        phase = .watching(try loop.watch(master.owned) { _ in handler() })
    }

    func forget() {
        isForgotten = true
    }

    /// Takes what is there, without waiting for more, and not more than there is room for.
    func drain(on loop: DescriptorLoop) {
        guard let handler = onReadable else { return }
        let room = isForgotten ? Self.chunkSize : output.room { loop.schedule(after: .zero, action: handler) }
        if room == 0 { return leave(to: .paused, on: loop) }
        if case .paused = phase { return resume(on: loop, handler) }
        withUnsafeTemporaryAllocation(byteCount: min(room, Self.chunkSize), alignment: 16) { buffer in
            let (count, isEnd) = read(into: buffer)
            if count > 0, !isForgotten { output.append(UnsafeRawBufferPointer(rebasing: buffer.prefix(count))) }
            if isEnd { leave(to: .ended, on: loop) }
        }
    }

    /// The character that ends an input.
    var endOfFile: UInt8 { ga_terminal_end_of_file(master?.owned.rawValue ?? -1) }

    /// - Throws: `conflict` when it has ended.
    func resize(to size: TerminalSize) throws(AgentError) {
        guard let master else { throw .conflict("the process has ended already") }
        try size.apply(to: master.owned)
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, isEnd: Bool) {
        guard let master else { return (0, true) }
        var total = 0
        while total < buffer.count {
            let count = Glibc.read(master.owned.rawValue, buffer.baseAddress?.advanced(by: total), buffer.count - total)
            // EIO: the last program that had the terminal open has gone.
            if count <= 0 { return (total, count == 0 || (errno != EAGAIN && errno != EINTR)) }
            total += count
            if count < Self.smallPiece { break }
        }
        return (total, false)
    }

    private func leave(to next: Phase, on loop: DescriptorLoop) {
        if case .watching(let watch) = phase { loop.unwatch(watch) }
        phase = next
        guard case .ended = next else { return }
        onReadable = nil
        master = nil
    }

    /// What cannot be watched any more has ended.
    private func resume(on loop: DescriptorLoop, _ handler: @escaping @Sendable () -> Void) {
        do {
            try start(on: loop, handler: handler)
        } catch {
            leave(to: .ended, on: loop)
        }
    }
}
