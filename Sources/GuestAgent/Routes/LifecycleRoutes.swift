import AgentAPI
import AgentCore
import FoundationEssentials
import Hummingbird
import MachineLifecycle
import NIOPosix

/// `/lifecycle/…`: for platforms that save machines and restore them, once or many times. Machines are restored well
/// without these calls too; with them the clock is right at once, and two machines of one snapshot have no secrets in
/// common.
struct LifecycleRoutes {
    /// As many as anybody needs, and no more work than a moment takes.
    private static let entropyLimit = 4096

    let policy: AccessPolicy
    /// Whether the machine's clock is the agent's to set: a container shares it with the machine below.
    let setsClock: Bool

    func add(to table: inout RouteTable) {
        table.post("/lifecycle/prepare-snapshot") { _, _ in
            try await NIOThreadPool.singleton.runIfActive { SnapshotPreparation.run() }
            return .empty(.noContent)
        }
        table.post("/lifecycle/resumed") { [policy, setsClock] request, context in
            let body = try await request.decodeOptionalJSON(ResumedRequest.self, context, default: ResumedRequest())
            guard body.time == nil || setsClock else {
                throw AgentError(
                    .permissionDenied, "the clock is not the agent's to set here: leave time out, or set SETS_CLOCK")
            }
            let entropy = try Self.entropy(of: body)
            // First, for they may be known to the clients of another machine of the same snapshot.
            policy.forgetSecrets()
            try KernelRandomness.renew(with: entropy)
            let step = try body.time.map { time throws(AgentError) in
                try SystemClock.set(to: UnixTime(seconds: time.seconds, nanoseconds: time.nanoseconds))
            }
            return try .json(ResumedResponse(clockStep: step.map { $0 / .seconds(1) }))
        }
    }

    private static func entropy(of body: ResumedRequest) throws -> [UInt8] {
        guard let text = body.entropy else { return [] }
        guard let bytes = Data(base64Encoded: text), bytes.count <= entropyLimit else {
            throw AgentError.invalidArgument(
                "field entropy must be base64 with padding (RFC 4648) of at most \(entropyLimit) bytes")
        }
        return Array(bytes)
    }
}
