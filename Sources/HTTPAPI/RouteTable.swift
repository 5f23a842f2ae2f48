import CAASProtocol
import Gateway
import Hummingbird
import NIOHTTP1

/// The routes, and what is said to requests that fit none: 404 for a path, 405 for a method, as JSON (R70).
struct RouteTable {
    /// Answers a request, given the ids in its path as they stand there.
    typealias Handler = @Sendable (PlainRequest, Parameters) async throws -> PlainResponse

    /// By path, then by method.
    private var handlers: [String: [String: Handler]] = [:]

    /// A route without ids in its path.
    mutating func add(
        _ method: HTTPMethod,
        _ path: String,
        _ handler: @escaping @Sendable (PlainRequest) async throws -> PlainResponse
    ) {
        add(method, path) { request, _ in try await handler(request) }
    }

    /// HEAD goes where GET goes; the gateway leaves the body out.
    mutating func add(_ method: HTTPMethod, _ path: String, _ handler: @escaping Handler) {
        handlers[path, default: [:]][method.rawValue] = handler
    }

    func install(in router: Router<APIContext>) {
        for (path, handlers) in handlers {
            for method in Self.methods {
                let handler = handlers[method] ?? Self.refuseMethod(allowed: Array(handlers.keys))
                guard let name = HTTPRequest.Method(method) else { continue }
                router.on(RouterPath(path), method: name) { _, context in
                    context.answer.give(try await Self.answer(context.request, context.parameters, handler))
                    return Response(status: .ok)
                }
            }
        }
        router.add(middleware: UnknownRoutes())
    }

    /// The methods of RFC 9110 §9.3 and RFC 5789; others are as unknown as a path.
    private static let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"]

    /// The value of an `Allow` field.
    static func allowed(_ methods: [String]) -> String {
        Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted().joined(separator: ", ")
    }

    private static func refuseMethod(allowed: [String]) -> Handler {
        let names = Self.allowed(allowed)
        return { _, _ in
            var response = PlainResponse(SpecError(.invalidPayload, reason: "method"))
            response.status = .methodNotAllowed
            response.headers.add(name: "Allow", value: names)
            return response
        }
    }

    private static func answer(
        _ request: PlainRequest,
        _ parameters: Parameters,
        _ handler: @escaping Handler
    ) async throws -> PlainResponse {
        do {
            return try await handler(request, parameters)
        } catch let error as SpecError {
            return PlainResponse(error)
        }
    }
}

/// Turns the router's own "not found" into ours.
private struct UnknownRoutes: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return Response(PlainResponse(SpecError(.notFound, reason: "route")))
        }
    }
}
