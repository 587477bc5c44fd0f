import AgentCore
import Logging

/// What every listener has in common: who may call, whether it is encrypted, what is counted, and that the machine
/// stays awake meanwhile.
struct Gate: Sendable {
    let policy: AccessPolicy
    /// `nil` for plain connections.
    let tls: ServerTLS?
    let metrics: MetricsRegistry
    /// `nil` where no platform puts the machine to sleep.
    let scaleToZero: ScaleToZero?
    private let tokens: AccessTokenSource

    /// Throws `invalidArgument` for files of tokens, certificates or keys that cannot be used.
    init(_ configuration: AgentConfiguration, metrics: MetricsRegistry, scaleToZero: ScaleToZero?) throws {
        tokens = configuration.accessTokens
        policy = configuration.accessPolicy(AccessTokens(try tokens.load()))
        tls = try configuration.encryption.map {
            try ServerTLS(certificateFile: $0.certificateFile, keyFile: $0.keyFile)
        }
        self.metrics = metrics
        self.scaleToZero = scaleToZero
    }

    func meters(of listener: AccessRequest.Listener) -> ListenerMeters {
        ListenerMeters(of: listener, in: metrics)
    }

    /// What is wrong with how the tokens are kept; `nil` when nothing is.
    var warning: String? { tokens.warning }

    func reloading(logger: Logger) -> Reloading {
        var parts: [Reloading.Part] = []
        if tokens.file != nil {
            parts.append(.init(name: "tokens") { [tokens, policy] in policy.tokens.replace(with: try tokens.load()) })
        }
        if let tls { parts.append(.init(name: "certificate and key") { try tls.reload() }) }
        return Reloading(parts: parts, logger: logger)
    }
}
