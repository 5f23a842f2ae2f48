import CAASProtocol
import Gateway
import NIOCore
import NIOHTTP1

extension PlainRequest {
    /// The body, which has to be one JSON object.
    ///
    /// - Parameter limit: Its bytes at most; nil leaves it to the gateway.
    func object(limit: Int? = nil) throws(SpecError) -> JSONFragment {
        guard head.headers.isJSON else {
            throw SpecError(.invalidPayload, field: "Content-Type", reason: "content_type")
        }
        let size = body.readableBytes
        if let limit, size > limit {
            let details: [SpecError.Detail] = [
                .init("limit", .integer(Int64(limit))), .init("size", .integer(Int64(size))),
            ]
            throw SpecError(.invalidPayload, reason: "too_large", details: details)
        }
        let object = try JSONFragment(parsing: body.readableBytesSpan)
        guard object.utf8.first == UInt8(ascii: "{") else { throw SpecError(.invalidPayload, reason: "object") }
        return object
    }
}
