import ServiceLifecycle

/// A service with what the log calls it. Without a name it would be called what it holds, secrets and all, and writing
/// that down takes longer than everything else before the first answer.
typealias NamedService = ServiceGroupConfiguration.ServiceConfiguration

extension NamedService {
    init(_ name: String, _ service: any Service) {
        self.init(service: service, serviceName: name)
    }
}
