import AgentAPI
import AgentCore
import FSService
import Hummingbird
import NIOCore

/// `/fs/watch`.
///
/// Slow readers: each has its own place among the events that are kept, and is told when it has missed some.
struct WatchRoutes {
    let watches: FileWatches
    let streams: StreamLimit

    func add(to table: inout RouteTable) {
        table.post("/fs/watch") { request, context in
            let wanted = try await request.decodeJSON(StartWatchRequest.self, context)
            let id = try await watches.start(FilePath(wanted.path), isRecursive: wanted.recursive ?? false)
            return try .json(WatchResponse(watchID: id.description), status: .created)
        }
        table.get("/fs/watch/{watch_id}/events") { request, context in
            let events = try watches.events(of: id(context), after: request.lastEventID ?? 0)
            return try ServerSentEvents.response(
                in: context, holding: streams.admit(), events: events, encode: Self.encode)
        }
        table.add(.delete, "/fs/watch/{watch_id}") { _, context in
            try await watches.end(id(context))
            return .empty(.noContent)
        }
    }

    private func id(_ context: AgentRequestContext) throws -> WatchID {
        try WatchID(context.parameters.require("watch_id"))
    }

    @Sendable private static func encode(_ batch: FileEventBatch, into buffer: inout ByteBuffer) {
        for (index, event) in batch.events.enumerated() {
            var json = JSONWriter(reservingBytes: 256)
            FileEventResponse(event).write(to: &json)
            buffer.appendEvent(json: json.bytes, id: batch.first + UInt64(index))
        }
    }
}

extension FileEventResponse {
    fileprivate init(_ event: FileEvent) {
        let path = event.path
        self.init(
            kind: Kind(event.kind), name: event.name, path: path.description,
            percentEncodedPath: path.percentEncodedIfNeeded, isDirectory: event.isDirectory,
            newPath: event.kind == .rename ? event.counterpart?.description : nil,
            oldPath: event.kind == .create ? event.counterpart?.description : nil)
    }
}

extension FileEventResponse.Kind {
    fileprivate init(_ kind: FileEvent.Kind) {
        switch kind {
        case .create: self = .create
        case .write: self = .write
        case .delete: self = .delete
        case .rename: self = .rename
        case .overflow: self = .overflow
        }
    }
}
