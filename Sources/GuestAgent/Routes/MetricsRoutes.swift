import AgentCore
import Hummingbird
import NIOCore

/// `/metrics`, on a listener of its own.
struct MetricsRoutes {
    /// The text format of Prometheus that every collector reads.
    private static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    let registry: MetricsRegistry

    var table: RouteTable {
        var table = RouteTable()
        table.get("/metrics") { _, _ in
            let text = await registry.text()
            return Response(
                status: .ok, headers: [.contentType: Self.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        return table
    }
}
