extension AgentError.Code {
    /// The status every listener of the agent answers this failure with (RFC 9110 §15). The one table of them.
    package var httpStatus: Int {
        switch self {
        case .invalidArgument: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .conflict: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .rangeNotSatisfiable: 416
        case .upgradeRequired: 426
        case .resourceExhausted: 429
        case .headersTooLarge: 431
        // Clients of the contract know a command that ran out of time by 500; its code tells it from a fault.
        case .internalError, .timeout: 500
        case .notImplemented: 501
        case .badGateway: 502
        case .unavailable: 503
        case .insufficientStorage: 507
        }
    }
}
