/// Whether a request may become a WebSocket, and what to answer.
///
/// RFC 6455 §4.2. Origin, authentication and the choice of a subprotocol are the caller's.
package enum ServerHandshake {
    /// Subprotocols and extensions one request may offer.
    static let offers = 32

    package static func evaluate(_ request: HandshakeRequest) -> Result<Offer, Refusal> {
        Result { () throws(Refusal) in try offer(of: request) }
    }

    private static func offer(of request: HandshakeRequest) throws(Refusal) -> Offer {
        guard request.method == "GET" else {
            throw Refusal(status: 405, reason: "method is not GET", fields: [("Allow", "GET")])
        }
        guard request.httpMinor >= 1 else { throw Refusal(reason: "HTTP version below 1.1") }
        let fields = HTTPFields(fields: request.fields)
        let hosts = fields.values(of: "Host")
        guard hosts.count == 1, !hosts[0].isEmpty else { throw Refusal(reason: "Host is not given once") }
        guard fields.list("Upgrade", contains: "websocket") else {
            throw .upgradeRequired(reason: "Upgrade does not name websocket")
        }
        guard fields.list("Connection", contains: "upgrade") else {
            throw Refusal(reason: "Connection does not name upgrade")
        }
        let versions = fields.values(of: "Sec-WebSocket-Version")
        guard versions.count < 2 else { throw Refusal(reason: "Sec-WebSocket-Version is given twice") }
        guard versions.first == "13" else { throw .upgradeRequired(reason: "WebSocket version is not 13") }
        let keys = fields.values(of: "Sec-WebSocket-Key")
        guard keys.count == 1 else { throw Refusal(reason: "Sec-WebSocket-Key is not given once") }
        guard HandshakeKey.isValid(keys[0]) else {
            throw Refusal(reason: "Sec-WebSocket-Key is not the base64 of 16 bytes")
        }
        return Offer(
            accept: HandshakeKey.accept(keys[0]),
            subprotocols: try subprotocols(in: fields),
            extensions: fields.listElements(of: "Sec-WebSocket-Extensions").prefix(offers).map(String.init)
        )
    }

    /// Unlike extensions, which may be passed over, a malformed offer here leaves nothing safe to choose from.
    private static func subprotocols(in fields: HTTPFields) throws(Refusal) -> [String] {
        let elements = fields.values(of: "Sec-WebSocket-Protocol").flatMap { HTTPSyntax.listElements($0) }
        guard elements.count <= offers else { throw Refusal(reason: "too many subprotocols") }
        guard elements.allSatisfy({ HTTPSyntax.isToken($0) }) else {
            throw Refusal(reason: "subprotocol is not a token")
        }
        guard Set(elements).count == elements.count else { throw Refusal(reason: "subprotocol is offered twice") }
        return elements.map(String.init)
    }

    /// The fields of the 101 response.
    ///
    /// A subprotocol that was not offered is left out: a client must fail on it, and nothing but an offered token
    /// may be written into a header.
    package static func responseFields(
        accepting offer: Offer,
        subprotocol: String?,
        deflate: DeflateAgreement? = nil
    ) -> [(name: String, value: String)] {
        var fields = [
            (name: "Upgrade", value: "websocket"),
            (name: "Connection", value: "Upgrade"),
            (name: "Sec-WebSocket-Accept", value: offer.accept),
        ]
        if let subprotocol, offer.subprotocols.contains(subprotocol) {
            fields.append((name: "Sec-WebSocket-Protocol", value: subprotocol))
        }
        if let deflate { fields.append((name: "Sec-WebSocket-Extensions", value: deflate.answer)) }
        return fields
    }
}
