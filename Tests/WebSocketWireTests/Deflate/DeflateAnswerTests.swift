import NIOCore
import Testing
import WebSocketWire

@Suite("What a client takes for an answer, RFC 7692 §7.1") struct DeflateAnswerTests {
    private func progress(_ field: String?, offers: Bool = true) throws -> (ClientHandshake.Progress, DeflateAgreement?)
    {
        let key = Array("the sample nonce".utf8)
        var client = try ClientHandshake(host: "a", path: "/", offersDeflate: offers, key: key)
        let offered = String(buffer: client.request).contains(
            "\r\nSec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits\r\n"
        )
        #expect(offered == offers)
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        if let field { head += "Sec-WebSocket-Extensions: \(field)\r\n" }
        let progress = client.receive(ByteBuffer(string: head + "\r\n"))
        return (progress, client.deflate)
    }

    @Test(arguments: [
        ("permessage-deflate; server_no_context_takeover", 15, 15),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", 15, 15),
        ("permessage-deflate; server_no_context_takeover; client_max_window_bits=9", 15, 9),
        ("permessage-deflate; server_no_context_takeover; client_max_window_bits=8", 15, 8),
        ("permessage-deflate; server_no_context_takeover; server_max_window_bits=8", 8, 15),
        ("permessage-deflate; server_no_context_takeover; server_max_window_bits=\"12\"", 12, 15),
    ])
    func `what answers the offer is agreed upon`(field: String, server: Int, client: Int) throws {
        let (progress, agreement) = try progress(field)
        #expect(progress == .upgraded(subprotocol: nil, leftOver: ByteBuffer()))
        #expect(agreement?.serverWindowBits == server)
        #expect(agreement?.clientWindowBits == client)
    }

    @Test func `a server may take none`() throws {
        let (progress, agreement) = try progress(nil)
        #expect(progress == .upgraded(subprotocol: nil, leftOver: ByteBuffer()))
        #expect(agreement == nil)
    }

    @Test(arguments: [
        "permessage-deflate",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=7",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; unknown",
        "permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover, x",
        "x",
    ])
    func `what does not fails the connection`(field: String) throws {
        let (progress, agreement) = try progress(field)
        #expect(progress == .refused(status: 101, reason: "an extension nobody offered"))
        #expect(agreement == nil)
    }

    @Test func `an answer to what was not offered fails the connection`() throws {
        let (progress, agreement) = try progress("permessage-deflate; server_no_context_takeover", offers: false)
        #expect(progress == .refused(status: 101, reason: "an extension nobody offered"))
        #expect(agreement == nil)
    }
}
