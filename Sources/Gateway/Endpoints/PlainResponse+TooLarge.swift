import CAASProtocol
import NIOCore
import NIOHTTP1

extension PlainResponse {
    /// 413 as the routes answer it (R70), for a body that does not get as far.
    ///
    /// - Parameter limit: Bytes that a body may have; how many this one has, nobody waits to see.
    static func tooLarge(limit: Int) -> PlainResponse {
        let details = [SpecError.Detail("limit", .integer(Int64(limit)))]
        var bytes = Array(#"{"error":"#.utf8)
        SpecError(.invalidPayload, reason: "too_large", details: details).encode(into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        let headers: HTTPHeaders = ["Content-Type": "application/json", "Cache-Control": "no-store"]
        return PlainResponse(status: .payloadTooLarge, headers: headers, body: ByteBuffer(bytes: bytes))
    }
}
