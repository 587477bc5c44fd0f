import CDeflate

/// The checksum of a zlib stream (RFC 1950, "Adler-32"), for streams whose parts are summed side by side.
struct Adler32: Sendable, Equatable {
    private static let modulus: UInt64 = 65521

    private(set) var value: UInt32 = 1
    private(set) var count = 0

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        value = libdeflate_adler32(value, bytes.baseAddress, bytes.count)
        count += bytes.count
    }

    /// The sum of what this one has seen and then what `next` has.
    ///
    /// The low half is 1 plus all bytes. The high half is the sum of all low halves on the way, each of which in `next`
    /// started from 1 and not from where this sum ends.
    func followed(by next: Adler32) -> Adler32 {
        let (low, nextLow) = (UInt64(value & 0xffff), UInt64(next.value & 0xffff))
        let (high, nextHigh) = (UInt64(value >> 16), UInt64(next.value >> 16))
        let gained = (low + Self.modulus - 1) % Self.modulus
        let sumLow = (gained + nextLow) % Self.modulus
        let sumHigh = (high + nextHigh + UInt64(next.count) % Self.modulus * gained) % Self.modulus
        return Adler32(value: UInt32(sumHigh << 16 | sumLow), count: count + next.count)
    }
}
