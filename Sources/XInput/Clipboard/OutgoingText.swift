import AgentCore
import CX11

/// A text on its way to another client in pieces: each is put into a property when the one before has been deleted
/// from it, and an empty one is the end (ICCCM §2.7.2, INCR).
struct OutgoingText {
    /// Where it goes.
    struct Destination: Hashable {
        let window: Window
        let property: Atom
    }

    /// Larger texts go in pieces of this many bytes.
    static let pieceSize = 256 * 1024
    /// Whoever takes no piece for so long has no more interest.
    private static let patience = Duration.seconds(5)

    let type: Atom
    private let bytes: [UInt8]
    private var offset = 0
    private(set) var deadline = ContinuousClock.now + patience

    init(_ bytes: [UInt8], as type: Atom) {
        self.type = type
        self.bytes = bytes
    }

    mutating func nextPiece() -> ArraySlice<UInt8> {
        let piece = bytes[offset...].prefix(Self.pieceSize)
        offset = piece.endIndex
        deadline = .now + Self.patience
        return piece
    }
}
