import AgentCore
import DevToolsProxy
import FSService
import ProcessService
import Recorder

// What each service is told, derived from the configuration of the whole.

extension AgentConfiguration {
    var accessPolicy: AccessPolicy { AccessPolicy(allowedOrigins: Set(allowedOrigins)) }

    /// `nil` unless both the server and the source are known.
    var sound: SoundSource? {
        guard !audioSource.isEmpty, !pulseServer.isEmpty else { return nil }
        return SoundSource(server: pulseServer, name: audioSource)
    }

    var watches: FileWatches.Limits {
        var result = FileWatches.Limits()
        result.watches = watchLimit
        result.events = watchEventLimit
        return result
    }

    var unpackLimits: UnpackLimits {
        var result = UnpackLimits()
        result.entries = unpackEntryLimit
        result.bytes = Int64(unpackSizeLimit) << 30
        result.ratio = Int64(unpackRatioLimit)
        result.depth = unpackDepthLimit
        return result
    }

    var processes: ProcessService.Configuration {
        var result = ProcessService.Configuration()
        result.concurrencyLimit = execConcurrency
        result.execOutputLimit = execOutputLimit << 20
        result.journalSize = processOutputLimit << 20
        result.journalDirectory = spoolDirectory
        result.retention = .seconds(processRetention)
        result.retentionLimit = processHistory
        result.terminalHistory = terminalHistory << 10
        result.terminationGrace = .seconds(terminationGrace)
        result.ceilings = CommandCeilings(
            memory: commandMemory > 0 ? commandMemory << 20 : nil,
            processor: commandProcessor > 0 ? commandProcessor : nil,
            tasks: commandTasks > 0 ? commandTasks : nil)
        result.leavesProcessesRunning = leavesProcessesRunning
        return result
    }

    var devToolsProxy: ProxyConfiguration {
        ProxyConfiguration(
            listen: SocketEndpoint(host: bindAddress, port: devToolsProxyPort), upstream: devToolsUpstream,
            accessPolicy: accessPolicy)
    }

    var webDriverProxy: ProxyConfiguration {
        ProxyConfiguration(
            listen: SocketEndpoint(host: bindAddress, port: webDriverProxyPort),
            upstream: webDriverUpstream, accessPolicy: accessPolicy)
    }
}
