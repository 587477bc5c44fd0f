import AgentCore
import Glibc
import NIOCore

extension SystemCalls {
    /// `man 2 pread`: reads until `buffer` is full or the file ends, and says how much that was.
    static func read(
        _ descriptor: Descriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64, path: FilePath
    ) throws(AgentError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let position = off_t(offset) + done
            let count = try check("read", path) { pread(descriptor.number, rest.baseAddress, rest.count, position) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// `man 2 write`: writes all of `buffer`.
    static func write(
        _ descriptor: Descriptor, from buffer: UnsafeRawBufferPointer, path: FilePath
    ) throws(AgentError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
            done += try check("write", path) { Glibc.write(descriptor.number, rest.baseAddress, rest.count) }
        }
    }

    /// As above, what `buffer` shows.
    static func write(_ descriptor: Descriptor, _ buffer: ByteBuffer, path: FilePath) throws(AgentError) {
        let failure = buffer.withUnsafeReadableBytes { bytes -> AgentError? in
            do throws(AgentError) {
                try write(descriptor, from: bytes, path: path)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// `man 2 pwrite`: writes all of `buffer`.
    static func write(
        _ descriptor: Descriptor, from buffer: UnsafeRawBufferPointer, at offset: Int64, path: FilePath
    ) throws(AgentError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
            let position = off_t(offset) + done
            done += try check("write", path) { pwrite(descriptor.number, rest.baseAddress, rest.count, position) }
        }
    }
}
