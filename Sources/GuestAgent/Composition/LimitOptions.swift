import ArgumentParser

/// The settings of `LimitSettings` as command-line options.
struct LimitOptions: ParsableArguments {
    @Option(name: Self.name(.connectionLimit), help: Self.help(.connectionLimit)) var connections: String?
    @Option(name: Self.name(.devToolsConnectionLimit), help: Self.help(.devToolsConnectionLimit))
    var devToolsConnections: String?
    @Option(name: Self.name(.webDriverConnectionLimit), help: Self.help(.webDriverConnectionLimit))
    var webDriverConnections: String?
    @Option(name: Self.name(.headTimeout), help: Self.help(.headTimeout)) var headTimeout: String?
    @Option(name: Self.name(.keepAlive), help: Self.help(.keepAlive)) var keepAlive: String?
    @Option(name: Self.name(.bodyTimeout), help: Self.help(.bodyTimeout)) var bodyTimeout: String?
    @Option(name: Self.name(.unreadTimeout), help: Self.help(.unreadTimeout)) var unreadTimeout: String?
    @Option(name: Self.name(.headerSizeLimit), help: Self.help(.headerSizeLimit)) var headerSize: String?
    @Option(name: Self.name(.jsonSizeLimit), help: Self.help(.jsonSizeLimit)) var jsonSize: String?
    @Option(name: Self.name(.streamLimit), help: Self.help(.streamLimit)) var streams: String?
    @Option(name: Self.name(.recordingLimit), help: Self.help(.recordingLimit)) var recordings: String?
    @Option(name: Self.name(.diskFloor), help: Self.help(.diskFloor)) var diskFloor: String?

    /// What was given, by flag.
    var flags: [String: String?] {
        [
            Setting.connectionLimit.flag: connections,
            Setting.devToolsConnectionLimit.flag: devToolsConnections,
            Setting.webDriverConnectionLimit.flag: webDriverConnections,
            Setting.headTimeout.flag: headTimeout,
            Setting.keepAlive.flag: keepAlive,
            Setting.bodyTimeout.flag: bodyTimeout,
            Setting.unreadTimeout.flag: unreadTimeout,
            Setting.headerSizeLimit.flag: headerSize,
            Setting.jsonSizeLimit.flag: jsonSize,
            Setting.streamLimit.flag: streams,
            Setting.recordingLimit.flag: recordings,
            Setting.diskFloor.flag: diskFloor,
        ]
    }
}
