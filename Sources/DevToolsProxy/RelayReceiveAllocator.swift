import NIOCore

/// Sizes the buffers a channel reads into: small while little comes, up to 256 KiB in a stream.
///
/// NIO keeps the last buffer of each channel for the next read and never shrinks it, so one big message would cost an
/// idle connection its largest buffer for life. It drops the buffer when told that the next one may be larger and not
/// told its size; that is what this allocator always says.
struct RelayReceiveAllocator: RecvByteBufferAllocator {
    private var adaptive = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 256 << 10)

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        adaptive.buffer(allocator: allocator)
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        _ = adaptive.record(actualReadBytes: actualReadBytes)
        return true
    }
}
