import AgentCore
import CCompression
import NIOCore

/// Zstandard (RFC 8878), of one frame or several. Windows of more than 8 MiB are refused, as RFC 9659 asks of web
/// content: a window is memory that the sender makes the receiver take.
final class ZstdDecoder: ContentDecoder {
    private static let windowLogLimit: Int32 = 23

    private let context: OpaquePointer
    private(set) var isComplete = false

    init() throws(AgentError) {
        guard let context = ZSTD_createDCtx() else { throw .unavailable("no memory is left to decode the body") }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogLimit)
    }

    deinit { ZSTD_freeDCtx(context) }

    func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer) throws(AgentError) {
        // Only more input begins another frame.
        if isComplete, input.readableBytes == 0 { return }
        var result = 0
        input.readWithUnsafeReadableBytes { source in
            var sourceBuffer = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { target in
                var targetBuffer = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                result = ZSTD_decompressStream(context, &targetBuffer, &sourceBuffer)
                return targetBuffer.pos
            }
            return sourceBuffer.pos
        }
        if ZSTD_isError(result) != 0 {
            let reason = String(cString: ZSTD_getErrorName(result))
            throw .invalidArgument("the body is not well-formed zstd: \(reason)")
        }
        isComplete = result == 0
    }
}
