import AgentCore
import CDeflate

/// One stream of deflated data (RFC 1951), or a piece of one, written by ISA-L at level 2. Belongs to one thread.
final class Deflater {
    /// What follows a call's input.
    enum Continuation {
        /// More of it.
        case input
        /// Nothing, but another deflater's output: this one ends on a byte's boundary.
        case otherPiece
        /// Nothing: it is the end of the stream.
        case end
    }

    private static let outputBytes = 64 * 1024

    private let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
    private let level = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(ga_isal_level2_bytes()))
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: outputBytes)

    init() {
        isal_deflate_init(stream)
        stream.pointee.level = 2
        stream.pointee.level_buf = level
        stream.pointee.level_buf_size = ga_isal_level2_bytes()
        stream.pointee.gzip_flag = UInt16(IGZIP_DEFLATE)
    }

    deinit {
        stream.deallocate()
        level.deallocate()
        output.deallocate()
    }

    /// Compresses `input` and appends what is ready to `bytes`; the rest comes with later input, all of it once no
    /// more input follows.
    func write(
        _ input: UnsafeBufferPointer<UInt8>, followedBy continuation: Continuation, to bytes: inout [UInt8]
    ) throws {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.end_of_stream = continuation == .end ? 1 : 0
        stream.pointee.flush = UInt16(continuation == .otherPiece ? SYNC_FLUSH : NO_FLUSH)
        repeat {
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            let result = isal_deflate(stream)
            guard result == COMP_OK else {
                throw AgentError.internalError("cannot compress the picture", cause: "isal_deflate: \(result)")
            }
            bytes += UnsafeBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))])
        } while stream.pointee.avail_out == 0
    }
}
