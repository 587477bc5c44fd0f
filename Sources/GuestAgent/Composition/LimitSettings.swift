import Glibc
import Listening

/// How much the daemon takes on at once, and how long it waits: what is refused or ended beyond that.
struct LimitSettings: Sendable {
    /// Open connections of each listener.
    let connections: Int
    let devToolsConnections: Int
    let webDriverConnections: Int
    /// In seconds.
    let headTimeout: Int
    let keepAlive: Int
    let bodyTimeout: Int
    let unreadTimeout: Int
    /// In KiB.
    let headerSize: Int
    /// In MiB.
    let jsonSize: Int
    /// Answers without an end.
    let streams: Int
    /// Running at the same time.
    let recordings: Int
    /// What writes leave free of the disk, in MB.
    let diskFloor: Int

    /// Throws `invalidArgument` that names the key of the first bad value.
    init(_ source: SettingSource) throws {
        connections = try source.value(.connectionLimit)
        devToolsConnections = try source.value(.devToolsConnectionLimit)
        webDriverConnections = try source.value(.webDriverConnectionLimit)
        headTimeout = try source.value(.headTimeout)
        keepAlive = try source.value(.keepAlive)
        bodyTimeout = try source.value(.bodyTimeout)
        unreadTimeout = try source.value(.unreadTimeout)
        headerSize = try source.value(.headerSizeLimit)
        jsonSize = try source.value(.jsonSizeLimit)
        streams = try source.value(.streamLimit)
        recordings = try source.value(.recordingLimit)
        diskFloor = try source.value(.diskFloor)
    }

    /// Those of a listener.
    ///
    /// - Parameter connections: as configured; descriptors for all else remain in any case.
    func clients(_ connections: Int) -> ClientLimits {
        var deadlines = ClientDeadlines()
        deadlines.head = .seconds(headTimeout)
        deadlines.keepAlive = .seconds(keepAlive)
        deadlines.body = .seconds(bodyTimeout)
        deadlines.unread = .seconds(unreadTimeout)
        return ClientLimits(
            connections: min(connections, Self.affordableConnections), deadlines: deadlines,
            headSize: headerSize << 10)
    }

    /// A fifth of three quarters of the descriptors the process may have: a client of the API takes one, a client of a
    /// proxy two.
    private static var affordableConnections: Int {
        max(8, sysconf(Int32(_SC_OPEN_MAX)) * 3 / 4 / 5)
    }
}

extension Setting where Value == Int {
    static let connectionLimit = integer(
        "CONNECTION_LIMIT", "connections to the API at the same time", default: 1024, in: 8...65_536)
    static let devToolsConnectionLimit = integer(
        "DEVTOOLS_CONNECTION_LIMIT", "connections to the CDP proxy at the same time", default: 512, in: 8...65_536)
    static let webDriverConnectionLimit = integer(
        "WEBDRIVER_CONNECTION_LIMIT", "connections to the WebDriver proxy at the same time", default: 256,
        in: 8...65_536)
    static let headTimeout = integer(
        "HEAD_TIMEOUT_SEC", "time a client has for the head of its first request, in seconds", default: 10,
        in: 1...3600)
    static let keepAlive = integer(
        "KEEP_ALIVE_SEC", "time a connection is kept between two requests, in seconds", default: 120, in: 1...86_400)
    static let bodyTimeout = integer(
        "BODY_TIMEOUT_SEC", "longest pause in the body of a request, in seconds", default: 60, in: 1...86_400)
    static let unreadTimeout = integer(
        "UNREAD_TIMEOUT_SEC", "how long an API client may take nothing of its answer, in seconds", default: 300,
        in: 1...86_400)
    static let headerSizeLimit = integer(
        "HEADER_LIMIT_KB", "size of a request's head, in KiB", default: 64, in: 8...1024)
    static let jsonSizeLimit = integer(
        "JSON_LIMIT_MB", "size of a request's JSON body, in MiB", default: 16, in: 1...1024)
    static let streamLimit = integer(
        "STREAM_LIMIT", "event streams, followed recordings and terminals that are read at the same time",
        default: 512, in: 1...65_536)
    static let recordingLimit = integer(
        "RECORDING_LIMIT", "recordings running at the same time", default: 16, in: 1...256)
    static let diskFloor = integer(
        "DISK_FLOOR_MB", "what writing files leaves free of a disk, a sixteenth of it at most, in MB", default: 64,
        in: 0...1_000_000)
}
