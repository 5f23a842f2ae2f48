import Gateway
import NIOHTTP1

/// What browsers on other origins may do (R70): ask with users' tokens, where a tenant lists the origin; never with keys.
///
/// Origins that nobody lists were refused before any route (R55).
enum CrossOrigin {
    /// Fields that a page may send, and read; those of ranges are for files.
    private static let asked =
        "Authorization, Content-Type, Idempotency-Key, Range, If-Range, If-None-Match, Content-Range"
    private static let exposed =
        "Location, Retry-After, Accept-Ranges, Content-Range, Content-Length, Content-Disposition, ETag"

    /// Answers a preflight, which comes without a credential.
    static func preflight(_ request: PlainRequest, methods: String) -> PlainResponse {
        var headers: HTTPHeaders = ["Allow": methods, "Cache-Control": "no-store"]
        if request.head.headers.contains(name: "Access-Control-Request-Method"),
            request.head.headers.contains(name: "Origin")
        {
            headers.add(name: "Access-Control-Allow-Methods", value: methods)
            headers.add(name: "Access-Control-Allow-Headers", value: Self.asked)
            headers.add(name: "Access-Control-Max-Age", value: "600")
        }
        return allow(PlainResponse(status: .noContent, headers: headers), for: request)
    }

    /// Lets the page that asked read the answer.
    static func allow(_ response: PlainResponse, for request: PlainRequest) -> PlainResponse {
        guard let origin = request.head.headers.first(name: "Origin"), !Authorization.isKey(request.head.headers) else {
            return response
        }
        var response = response
        response.headers.add(name: "Access-Control-Allow-Origin", value: origin)
        response.headers.add(name: "Access-Control-Expose-Headers", value: Self.exposed)
        response.headers.add(name: "Vary", value: "Origin")
        return response
    }
}
