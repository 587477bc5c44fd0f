import Hummingbird
import Logging
import NIOCore

/// What travels with a request: where it came from and what it is called in the log.
struct AgentRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection. Routes use it for facts about the peer only, never to read or write.
    let channel: any Channel
    /// Unique during one run of the daemon; in every log line of the request and in its `X-Request-Id` header.
    let requestID: String
    /// The largest JSON body that is read, in bytes, see `BodyLimitMiddleware`. Files and archives are streamed and not
    /// bound by it.
    var maxUploadSize = 0

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        requestID = source.logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
    }
}
