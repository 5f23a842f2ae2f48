import Gateway
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

// Between the gateway's whole requests and responses and the router's streams.

extension Request {
    /// HEAD is asked as GET.
    init(_ request: PlainRequest) {
        let method = request.head.method == .HEAD ? .get : HTTPRequest.Method(request.head.method.rawValue) ?? .get
        var fields = HTTPFields()
        for (name, value) in request.head.headers {
            guard let name = HTTPFields.Element.Name(name) else { continue }
            fields.append(HTTPFields.Element(name: name, value: value))
        }
        let head = HTTPRequest(
            method: method,
            scheme: nil,
            authority: request.head.headers.first(name: "Host"),
            path: request.head.uri,
            headerFields: fields
        )
        self.init(head: head, body: RequestBody(buffer: request.body))
    }
}

extension Response {
    init(_ response: PlainResponse) {
        var fields = HTTPFields()
        for (name, value) in response.headers {
            guard let name = HTTPFields.Element.Name(name) else { continue }
            fields.append(HTTPFields.Element(name: name, value: value))
        }
        self.init(
            status: HTTPResponse.Status(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase),
            headers: fields,
            body: ResponseBody(byteBuffer: response.body)
        )
    }
}

extension PlainResponse {
    /// Collects the body, which all our routes have whole.
    init(_ response: Response) async throws {
        let body = CollectedBody()
        try await response.body.write(body)
        self.init(
            status: HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase),
            headers: HTTPHeaders(response.headers.map { ($0.name.rawName, $0.value) }),
            body: body.bytes
        )
    }
}

/// A writer that keeps what is written.
private final class CollectedBody: ResponseBodyWriter {
    private(set) var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        // Nearly always the only one, and then shared with whoever else is sent the same.
        if bytes.readableBytes == 0 { bytes = buffer } else { bytes.writeImmutableBuffer(buffer) }
    }

    func write(contentsOf buffers: some Sequence<ByteBuffer>) {
        for buffer in buffers { write(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}

extension RouterResponder<APIContext> {
    /// Answers a request: what a route has said goes as it is, the rest is the router's own.
    func answer(_ request: PlainRequest, logger: Logger) async throws -> PlainResponse {
        let context = APIContext(source: APIContext.Source(logger: logger, request: request))
        let answer = try await respond(to: Request(request), context: context)
        if let given = context.answer.given { return given }
        return try await PlainResponse(answer)
    }
}
