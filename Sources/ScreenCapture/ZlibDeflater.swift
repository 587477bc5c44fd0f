import AgentCore
import CDeflate

/// One zlib stream (RFC 1950) written by ISA-L at level 1. Belongs to one thread.
final class ZlibDeflater {
    private static let outputBytes = 64 * 1024
    /// ISAL_DEF_LVL1_DEFAULT, which is too elaborate a macro for Swift to read: hash tables, and room for 64 Ki tokens.
    private static let levelBytes = 4 * 1024 + 2 * 8192 + 4 * 64 * 1024

    private let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
    private let level = UnsafeMutablePointer<UInt8>.allocate(capacity: levelBytes)
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: outputBytes)

    init() {
        isal_deflate_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = level
        stream.pointee.level_buf_size = UInt32(Self.levelBytes)
        stream.pointee.gzip_flag = UInt16(IGZIP_ZLIB)
    }

    deinit {
        stream.deallocate()
        level.deallocate()
        output.deallocate()
    }

    /// Compresses `input`. What is ready goes to `consume`, in pieces that are only lent; the rest comes with later
    /// input, all of it once `isLast` is set.
    func write(
        _ input: UnsafeBufferPointer<UInt8>, isLast: Bool, consume: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.end_of_stream = isLast ? 1 : 0
        repeat {
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            let result = isal_deflate(stream)
            guard result == COMP_OK else {
                throw AgentError.internalError("cannot compress the picture", cause: "isal_deflate: \(result)")
            }
            let produced = output.count - Int(stream.pointee.avail_out)
            if produced > 0 { consume(UnsafeBufferPointer(rebasing: output[..<produced])) }
        } while stream.pointee.avail_out == 0
    }
}
