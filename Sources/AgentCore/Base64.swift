/// Base64 with padding (RFC 4648 §4), at memory's speed: outputs of commands travel in it.
package enum Base64 {
    /// What two characters stand for each twelve bits, in the order of memory.
    private static let pairs: [UInt16] = {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<4096).map { UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8 }
    }()

    /// How many characters `count` bytes become.
    package static func encodedLength(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes `source` encoded to the beginning of `target`, which must be large enough.
    package static func encode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        pairs.withUnsafeBufferPointer { pairs in
            let whole = source.count / 3 * 3
            var written = 0
            for index in stride(from: 0, to: whole, by: 3) {
                let bits = Int(source[index]) << 16 | Int(source[index + 1]) << 8 | Int(source[index + 2])
                target.storeBytes(of: pairs[bits >> 12], toByteOffset: written, as: UInt16.self)
                target.storeBytes(of: pairs[bits & 0xFFF], toByteOffset: written + 2, as: UInt16.self)
                written += 4
            }
            guard whole < source.count else { return }
            let second = whole + 1 < source.count ? Int(source[whole + 1]) : nil
            let bits = Int(source[whole]) << 16 | (second ?? 0) << 8
            target.storeBytes(of: pairs[bits >> 12], toByteOffset: written, as: UInt16.self)
            target.storeBytes(of: pairs[bits & 0xFFF], toByteOffset: written + 2, as: UInt16.self)
            if second == nil { target[written + 2] = UInt8(ascii: "=") }
            target[written + 3] = UInt8(ascii: "=")
        }
    }

    package static func text(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { source in
            String(unsafeUninitializedCapacity: encodedLength(of: source.count)) { target in
                encode(source, into: UnsafeMutableRawBufferPointer(target))
                return encodedLength(of: source.count)
            }
        }
    }

    /// `nil` for what is not base64; padding may be missing. For short texts.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            if byte == UInt8(ascii: "=") { break }
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
