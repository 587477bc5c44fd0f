import AgentCore
import AgentTestSupport

/// A picture as Python reads it: nothing of what the encoder uses takes part.
struct DecodedPNG {
    let width: Int
    let height: Int
    /// Red, green, blue of each pixel, rows top to bottom.
    let rgb: [UInt8]

    private static let program = """
        import os, struct, sys, zlib
        source, target = sys.argv[1:]
        data = open(source, 'rb').read()
        assert data[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
        at, idat = 8, b''
        while at < len(data):
            size, kind = struct.unpack('>I4s', data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            assert zlib.crc32(kind + body) == struct.unpack('>I', data[at + 8 + size:at + 12 + size])[0]
            if kind == b'IHDR':
                width, height, *kinds = struct.unpack('>IIBBBBB', body)
                assert kinds == [8, 2, 0, 0, 0]
            if kind == b'IDAT': idat += body
            at += 12 + size
        assert kind == b'IEND'
        raw, out = zlib.decompress(idat), bytearray(struct.pack('>II', width, height))
        assert len(raw) == height * (1 + 3 * width)
        for y in range(height):
            row = bytearray(raw[y * (1 + 3 * width):(y + 1) * (1 + 3 * width)])
            kind = row.pop(0)
            assert kind in (0, 1)
            for i in range(3, len(row) if kind else 0): row[i] = (row[i] + row[i - 3]) & 255
            out += row
        open(target + '.new', 'wb').write(out)
        os.rename(target + '.new', target)
        """

    init(_ png: [UInt8]) async throws {
        let files = try ScratchFiles()
        try files.write(png, to: "png")
        let python = try ChildProcess(["python3", "-c", Self.program, files.path("png"), files.path("rgb")])
        defer { python.end() }
        guard await eventually(within: .seconds(20), { files.read("rgb") != nil }), let bytes = files.read("rgb") else {
            throw AgentError.internalError("Python does not take this for a PNG")
        }
        width = Self.number(bytes[0..<4])
        height = Self.number(bytes[4..<8])
        rgb = Array(bytes[8...])
    }

    /// 0xRRGGBB.
    func pixel(_ x: Int, _ y: Int) -> UInt32 {
        UInt32(Self.number(rgb[((y * width + x) * 3)..<((y * width + x) * 3 + 3)]))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
