import NIOCore
import Testing

@testable import DevToolsProxy

/// One WebSocket frame of many mebibytes sent through an echo, and compared as it comes back.
struct EchoLoad: Sendable {
    let mebibytes: Int
    private let block = ByteBuffer(bytes: (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 167 >> 3) })

    init(mebibytes: Int) {
        self.mebibytes = mebibytes
    }

    func run(on connection: RawConnection) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await send(on: connection) }
            group.addTask { try await receive(on: connection) }
            try await group.waitForAll()
        }
    }

    private var header: ByteBuffer {
        var header = ByteBuffer(bytes: [0x82, 0x7F])
        header.writeInteger(UInt64(mebibytes) << 20)
        return header
    }

    private func send(on connection: RawConnection) async throws {
        try await connection.write(header)
        for _ in 0..<mebibytes { try await connection.write(block) }
    }

    private func receive(on connection: RawConnection) async throws {
        var position = -header.readableBytes
        while position < mebibytes << 20 {
            guard var bytes = try await connection.next(within: .seconds(20)) else { break }
            if position < 0 {
                let head = bytes.readSlice(length: min(-position, bytes.readableBytes))
                position += head?.readableBytes ?? 0
            }
            while bytes.readableBytes > 0 {
                let offset = position & 0xF_FFFF
                let count = min(bytes.readableBytes, block.readableBytes - offset)
                #expect(bytes.readSlice(length: count) == block.getSlice(at: offset, length: count))
                position += count
            }
        }
        #expect(position == mebibytes << 20)
    }
}
