import NIOCore
import Testing
import WebSocketWire

@Suite("What a server agrees to, RFC 7692 §7.1") struct DeflateOfferTests {
    private static let answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    private func answer(_ field: String) throws -> String? {
        var request = HandshakeRequest(method: "GET", httpMinor: 1, fields: [])
        request.fields = [
            ("Host", "a"), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Extensions", field),
        ]
        let offer = try ServerHandshake.evaluate(request).get()
        let agreement = DeflateAgreement(choosingFrom: offer.extensions)
        let fields = ServerHandshake.responseFields(accepting: offer, subprotocol: nil, deflate: agreement)
        return fields.first { $0.name == "Sec-WebSocket-Extensions" }?.value
    }

    @Test(arguments: [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=\"15\"",
        "permessage-deflate ;server_no_context_takeover ; client_no_context_takeover",
        "permessage-deflate;client_max_window_bits = 10",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-bzip2; level=9, , permessage-deflate",
    ])
    func `what asks for no window of ours is taken with the largest`(offer: String) throws {
        #expect(try answer(offer) == Self.answer)
    }

    @Test(arguments: 9...15)
    func `a window for what we send is kept to, and said`(bits: Int) throws {
        let said = "; server_max_window_bits=\(bits)"
        #expect(try answer("permessage-deflate; server_max_window_bits=\(bits)") == Self.answer + said)
        #expect(DeflateAgreement(choosingFrom: ["permessage-deflate" + said])?.serverWindowBits == bits)
        let quoted = "permessage-deflate; client_max_window_bits; server_max_window_bits=\"\(bits)\""
        #expect(try answer(quoted) == Self.answer + said)
    }

    @Test(arguments: [
        "",
        "permessage-deflat",
        "Permessage-Deflate",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-deflate; unknown=1",
        "permessage-deflate;",
        "permessage-deflate; =1",
        "permessage-deflate; \"client_max_window_bits\"",
        "permessage-deflate; server_max_window_bits=\"1,0\"",
        "permessage-deflate; server_max_window_bits=\"10",
        "permessage deflate",
    ])
    func `what is wrong, unknown or not to be had is passed over`(offer: String) throws {
        #expect(try answer(offer) == nil)
        #expect(try answer(offer + ", permessage-deflate") == (offer.contains("\"10") ? nil : Self.answer))
    }

    @Test func `the first of several offers that can be had is taken`() throws {
        let offers = [8, 10, 12].map { "permessage-deflate; server_max_window_bits=\($0)" }.joined(separator: ", ")
        #expect(try answer(offers) == Self.answer + "; server_max_window_bits=10")
    }

    @Test func `beyond 32 extensions nothing is read`() throws {
        let unknown = Array(repeating: "x", count: 32).joined(separator: ", ")
        #expect(try answer(unknown + ", permessage-deflate") == nil)
    }
}
