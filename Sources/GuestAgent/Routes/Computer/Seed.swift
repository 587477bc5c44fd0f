import HTTPTypes
import Hummingbird

/// What makes a human-like action repeatable: the same seed gives the same movement, or the same typing.
struct Seed {
    /// The integers that every JSON reader keeps exactly (RFC 8259 §6).
    private static let range = 0...(1 << 53 - 1)

    let value: UInt64

    /// One of its own where the client gives none.
    ///
    /// Throws `invalidArgument` for one that JSON does not carry exactly.
    init(field: Int?) throws {
        value = try UInt64(field?.checked(in: Self.range, field: "seed") ?? .random(in: Self.range))
    }
}

extension Response {
    /// An answer without a body, and the seed in a header: clients of the contract expect no body.
    static func done(seed: UInt64?) -> Response {
        guard let seed else { return .empty() }
        return Response(status: .ok, headers: [.seed: "\(seed)"])
    }
}
