import CAASProtocol
import Gateway
import NIOCore
import NIOHTTP1

extension PlainResponse {
    /// One word, for probes.
    static func word(_ word: String, status: HTTPResponseStatus = .ok) -> PlainResponse {
        let headers: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"]
        return PlainResponse(status: status, headers: headers, body: ByteBuffer(string: word + "\n"))
    }

    static func json(_ bytes: [UInt8], status: HTTPResponseStatus = .ok) -> PlainResponse {
        .json(ByteBuffer(bytes: bytes), status: status)
    }

    static func json(_ body: ByteBuffer, status: HTTPResponseStatus = .ok) -> PlainResponse {
        let headers: HTTPHeaders = [
            "Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        ]
        return PlainResponse(status: status, headers: headers, body: body)
    }

    /// `{"error": …}` with the status of R70 and, where there is a wait, `Retry-After` in seconds (R14).
    init(_ error: SpecError) {
        var bytes = Array(#"{"error":"#.utf8)
        error.encode(into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        self = .json(bytes, status: error.status)
        if let retryAfter = error.retryAfter {
            headers.add(name: "Retry-After", value: "\((retryAfter + 999) / 1000)")
        }
        if let challenge = error.challenge { headers.add(name: "WWW-Authenticate", value: challenge) }
    }
}

extension SpecError {
    /// What a 401 asks for (RFC 6750 §3): a token or key, or a better one.
    fileprivate var challenge: String? {
        switch code {
        case .authRequired: #"Bearer realm="caas""#
        case .authInvalid, .tokenExpired: #"Bearer realm="caas", error="invalid_token""#
        default: nil
        }
    }

    /// R70.
    fileprivate var status: HTTPResponseStatus {
        switch code {
        case .authRequired, .authInvalid, .tokenExpired: .unauthorized
        case .forbidden, .notMember: .forbidden
        case .notFound: .notFound
        case .alreadyExists: .conflict
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        case .invalidPayload, .missingField: reason == "too_large" ? .payloadTooLarge : .badRequest
        }
    }
}
