import AgentCore
import HTTPTypes
import Hummingbird

/// Every operation of the API, in one list: what is routed is what is listed.
///
/// Built first, turned into a router once.
struct RouteTable {
    typealias Handler = @Sendable (Request, AgentRequestContext) async throws -> Response

    struct Route: Sendable {
        let method: HTTPRequest.Method
        /// As in openapi.yaml: `/process/{process_id}/status`.
        let path: String
        let handler: Handler
    }

    private(set) var routes: [Route] = []

    mutating func get(_ path: String, _ handler: @escaping Handler) { add(.get, path, handler) }
    mutating func post(_ path: String, _ handler: @escaping Handler) { add(.post, path, handler) }
    mutating func put(_ path: String, _ handler: @escaping Handler) { add(.put, path, handler) }

    mutating func add(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, path: path, handler: handler))
    }

    /// The router of these routes; whatever takes GET takes HEAD. Middleware comes first, so that it sees errors of
    /// routing too.
    func router(middleware: [any MiddlewareProtocol<Request, Response, AgentRequestContext>])
        -> Router<AgentRequestContext>
    {
        let router = Router(context: AgentRequestContext.self)
        router.add(middleware: HeadMiddleware())
        for element in middleware { router.add(middleware: element) }
        router.add(middleware: MethodMiddleware(routes: routes))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method, use: route.handler)
            if route.method == .get { router.on(RouterPath(route.path), method: .head, use: route.handler) }
        }
        return router
    }
}
