import AgentCore
import BrowserControl
import DevToolsProxy
import FSService
import Glibc
import Listening
import PlaywrightRuntime
import ProcessService
import Recorder

// What each service is told, derived from the configuration of the whole.

extension AgentConfiguration {
    func accessPolicy(_ tokens: AccessTokens) -> AccessPolicy {
        let loopback = ["0.0.0.0", "::", "127.0.0.1", "::1", "localhost"]
        return AccessPolicy(
            allowedOrigins: Set(allowedOrigins), allowedHosts: Set(allowedHosts),
            servesLoopback: loopback.contains(bindAddress), tokens: tokens)
    }

    /// `nil` without a control file: nobody is there to be told, and no request should cost anything for it.
    func scaleToZero() throws -> ScaleToZero? {
        guard access(scaleToZeroFile, F_OK) == 0 else { return nil }
        return try ScaleToZero(controlFile: scaleToZeroFile, cooldown: scaleToZeroCooldown)
    }

    /// `nil` unless both the server and the source are known.
    var sound: SoundSource? {
        guard let audioSource, let pulseServer else { return nil }
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

    /// Throws `invalidArgument` for a path that no file can have.
    var browserPlaces: BrowserPlaces {
        get throws {
            BrowserPlaces(
                profile: try FilePath(userDataDirectory), extensions: try FilePath(extensionsDirectory),
                policies: try FilePath(policyFile), flags: try FilePath(flagFile), user: browserUser,
                extensionsAddress: "\(encryption == nil ? "http" : "https")://\(addressFromInside)/extensions/")
        }
    }

    /// Where programs in the machine reach the API.
    private var addressFromInside: SocketEndpoint {
        let isEverywhere = ["0.0.0.0", "::"].contains(bindAddress)
        return SocketEndpoint(host: isEverywhere ? "127.0.0.1" : bindAddress, port: apiPort)
    }

    var devToolsLocation: DevToolsLocation {
        DevToolsLocation(
            address: devToolsUpstream, activePortFile: "\(userDataDirectory)/DevToolsActivePort",
            log: "\(supervisorLogDirectory)/chromium")
    }

    var playwright: RuntimeConfiguration {
        var result = RuntimeConfiguration(directory: playwrightDirectory, browser: devToolsUpstream)
        result.engine = playwrightEngine
        result.node = playwrightNode
        result.user = playwrightUser
        result.heapLimit = playwrightHeap
        return result
    }

    func devToolsProxy(_ gate: Gate) -> ProxyConfiguration {
        ProxyConfiguration(
            listen: SocketEndpoint(host: bindAddress, port: devToolsProxyPort), listener: .devtools,
            accessPolicy: gate.policy, clients: limits.clients(limits.devToolsConnections),
            encryption: gate.tls?.encrypt, meters: gate.meters(of: .devtools), scaleToZero: gate.scaleToZero)
    }

    func webDriverProxy(_ gate: Gate) -> ProxyConfiguration {
        ProxyConfiguration(
            listen: SocketEndpoint(host: bindAddress, port: webDriverProxyPort), listener: .webdriver,
            accessPolicy: gate.policy, clients: limits.clients(limits.webDriverConnections),
            encryption: gate.tls?.encrypt, meters: gate.meters(of: .webdriver), scaleToZero: gate.scaleToZero)
    }
}
