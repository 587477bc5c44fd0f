import AgentCore
import CCompression
import NIOCore

/// Gzip (RFC 1952), of one member or several one after another, as `cat a.gz b.gz` makes.
final class GzipDecoder: ContentDecoder {
    /// The largest window (15), plus what says that a gzip header is expected (16): `zlib.h`, inflateInit2.
    private static let windowBits: Int32 = 15 + 16

    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private(set) var isComplete = false

    init() throws(AgentError) {
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            throw .unavailable("no memory is left to decode the body")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer) throws(AgentError) {
        if isComplete {
            // Only more input begins another member.
            guard input.readableBytes > 0 else { return }
            inflateReset(stream)
        }
        let result = inflate(&input, into: &output)
        isComplete = result == Z_STREAM_END
        // Z_BUF_ERROR: nothing could be done without more input or room, which is no error.
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result) else {
            throw .invalidArgument("the body is not well-formed gzip")
        }
    }

    private func inflate(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> Int32 {
        var result = Z_OK
        input.readWithUnsafeMutableReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { target in
                stream.pointee.next_in = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(target.count)
                result = CCompression.inflate(stream, Z_NO_FLUSH)
                return target.count - Int(stream.pointee.avail_out)
            }
            return source.count - Int(stream.pointee.avail_in)
        }
        return result
    }
}
