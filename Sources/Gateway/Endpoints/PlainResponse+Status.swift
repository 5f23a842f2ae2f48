import NIOCore
import NIOHTTP1

extension PlainResponse {
    /// A status with a sentence.
    static func plain(_ status: HTTPResponseStatus, _ text: String? = nil, retryAfter: Int? = nil) -> PlainResponse {
        var headers: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8"]
        if let retryAfter { headers.add(name: "Retry-After", value: "\(retryAfter)") }
        return PlainResponse(
            status: status,
            headers: headers,
            body: ByteBuffer(string: (text ?? status.reasonPhrase) + "\n")
        )
    }
}
