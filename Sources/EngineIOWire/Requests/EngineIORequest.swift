/// What the query of a request says to Engine.IO.
///
/// Engine.IO v4, "HTTP requests". Names and values are taken as they stand: no client percent-encodes the few that matter.
/// Of a repeated parameter the first counts; unknown ones are the application's, and `j` (JSONP) is passed over.
package struct EngineIORequest: Sendable, Hashable {
    /// Nil when there is none, or none that is served.
    package let transport: EngineIOTransport?
    /// Whether a session is named, be it by a text that cannot be an id.
    package let namesSession: Bool
    /// The session that is named; nil also where the text cannot be an id, which is nobody's session then.
    package let sid: EngineIOSessionID?
    package let isVersion4: Bool
    /// Whether WebSocket messages may be binary; otherwise they are text in base64 (`b64=1`).
    package let takesBinary: Bool

    /// Reads what stands behind the `?`, which may be nothing.
    package init(query: Substring) {
        var transport: Substring.UTF8View?
        var sid: Substring.UTF8View?
        var version: Substring.UTF8View?
        var base64: Substring.UTF8View?
        for parameter in query.utf8.split(separator: UInt8(ascii: "&")) {
            let end = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            let name = parameter[..<end]
            let value = parameter[end...].dropFirst()
            if name.elementsEqual("transport".utf8) {
                transport = transport ?? value
            } else if name.elementsEqual("sid".utf8) {
                sid = sid ?? value
            } else if name.elementsEqual("EIO".utf8) {
                version = version ?? value
            } else if name.elementsEqual("b64".utf8) {
                base64 = base64 ?? value
            }
        }
        self.transport = transport.flatMap(Self.transport)
        namesSession = sid != nil
        self.sid = sid.flatMap { EngineIOSessionID(Substring($0)) }
        isVersion4 = version?.elementsEqual("4".utf8) ?? false
        takesBinary = base64?.isEmpty ?? true
    }

    private static func transport(_ name: Substring.UTF8View) -> EngineIOTransport? {
        if name.elementsEqual("polling".utf8) { return .polling }
        return name.elementsEqual("websocket".utf8) ? .websocket : nil
    }
}
