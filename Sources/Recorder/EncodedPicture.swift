import AgentCore
import CLibAV

/// A compressed picture, written by every recording of its format.
///
/// SAFETY: the packet is filled before this is made, and only read from then on; whoever writes it refers to its bytes
/// from a packet of his own, and counts of references are atomic.
final class EncodedPicture: @unchecked Sendable {
    /// Only to be referred to.
    let packet: UnsafeMutablePointer<AVPacket>
    /// When it is shown first, in ticks of its encoder's clock.
    let time: Int64
    var byteCount: Int { Int(packet.pointee.size) }
    private let owner: Owned<AVPacket>

    init(_ owner: Owned<AVPacket>, time: Int64) {
        (self.owner, self.time) = (owner, time)
        packet = owner.pointer
    }
}
