import AgentCore
import NIOCore

extension ByteBuffer {
    /// Writes bytes as base64, without a copy in between.
    mutating func writeBase64(_ bytes: UnsafeRawBufferPointer) {
        let length = Base64.encodedLength(of: bytes.count)
        writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            Base64.encode(bytes, into: target)
            return length
        }
    }
}
