import EngineIOWire
import NIOCore
import NIOHTTP1

/// What a request of polling is answered with (wire §5).
struct PollingAnswer: Sendable {
    var response: PlainResponse
    /// Whether the session belongs to somebody: then the connection does too.
    var isAuthenticated = false
    /// Whether the session has nothing more to say by this connection.
    var isLast = false
    /// Whether it may be compressed: media and pieces of files never are (R52, R69).
    var isCompressible = true

    /// What a GET asked for.
    static func packets(_ body: ByteBuffer, isLast: Bool) -> PollingAnswer {
        PollingAnswer(
            response: PlainResponse(
                status: .ok,
                headers: ["Content-Type": "text/plain; charset=UTF-8", "Cache-Control": "no-store"],
                body: body
            ),
            isLast: isLast,
            isCompressible: !EngineIOPayload.hasBinary(body)
        )
    }

    /// All of a POST was taken.
    static let ok = PollingAnswer(
        response: PlainResponse(
            status: .ok,
            headers: ["Content-Type": "text/html", "Cache-Control": "no-store"],
            body: ByteBuffer(string: "ok")
        )
    )

    static func refused(_ refusal: EngineIORefusal) -> PollingAnswer {
        let isJSON = !refusal.body.isEmpty
        return PollingAnswer(
            response: PlainResponse(
                status: HTTPResponseStatus(statusCode: refusal.status),
                headers: isJSON ? ["Content-Type": "application/json"] : [:],
                body: ByteBuffer(string: refusal.body)
            ),
            isLast: true
        )
    }
}
