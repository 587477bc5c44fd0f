import AgentAPI
import AgentCore
import FSService
import Hummingbird

/// `/fs/signed_urls`: addresses by which anybody may read or write one file for a while.
struct SignedURLRoutes {
    private enum Operation: String, CaseIterable {
        case read, write
    }

    private static let usualLife = 3600
    /// A week at most.
    private static let lives = 1...7 * 24 * 3600

    let signer: URLSigner
    /// Whether clients reach the API over TLS.
    let isEncrypted: Bool

    func add(to table: inout RouteTable) {
        table.post("/fs/signed_urls") { request, context in
            let wanted = try await request.decodeJSON(SignedURLRequest.self, context)
            guard let operation = Operation(rawValue: wanted.operation) else {
                throw AgentError.invalidArgument("field operation must be read or write, not \"\(wanted.operation)\"")
            }
            let life = try (wanted.seconds ?? Self.usualLife).checked(in: Self.lives, field: "expires_in_seconds")
            let (method, target) = try Self.target(operation, of: wanted)
            let signed = signer.sign(target, lasting: Int64(life))
            let address = request.clientFacingAddress(isEncrypted: isEncrypted, over: context.channel)
            let response = SignedURLResponse(
                url: "\(address.httpScheme)://\(address.authority)\(signed.target)", method: method,
                expiresAt: Timestamp(seconds: signed.end))
            return try .json(response, status: .created)
        }
    }

    private static func target(
        _ operation: Operation, of wanted: SignedURLRequest
    ) throws -> (method: String, request: AccessRequest) {
        let path = "path=\(URLQuery.encode(try FilePath(wanted.path).bytes))"
        switch operation {
        case .read:
            guard wanted.mode == nil else { throw AgentError.invalidArgument("field mode is for operation write") }
            return ("GET", AccessRequest(.api, "GET", path: "/fs/read_file", query: path))
        case .write:
            let mode = try wanted.mode.map { "&mode=\(try FileMode(octal: $0).octalText)" } ?? ""
            return ("PUT", AccessRequest(.api, "PUT", path: "/fs/write_file", query: path + mode))
        }
    }
}
