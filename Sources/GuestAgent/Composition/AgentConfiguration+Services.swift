import AgentCore
import DevToolsProxy
import ProcessService

// What each service is told, derived from the configuration of the whole.

extension AgentConfiguration {
    var accessPolicy: AccessPolicy { AccessPolicy(allowedOrigins: Set(allowedOrigins)) }

    var processes: ProcessService.Configuration {
        var result = ProcessService.Configuration()
        result.concurrencyLimit = execConcurrency
        result.execOutputLimit = execOutputLimit << 20
        return result
    }

    var devToolsProxy: ProxyConfiguration {
        ProxyConfiguration(
            listen: ProxyAddress(host: bindAddress, port: devToolsProxyPort), upstream: ProxyAddress(devToolsUpstream),
            accessPolicy: accessPolicy)
    }

    var webDriverProxy: ProxyConfiguration {
        ProxyConfiguration(
            listen: ProxyAddress(host: bindAddress, port: webDriverProxyPort),
            upstream: ProxyAddress(webDriverUpstream), accessPolicy: accessPolicy)
    }
}

extension ProxyAddress {
    init(_ endpoint: SocketEndpoint) {
        self.init(host: endpoint.host, port: endpoint.port)
    }
}
