import NIOCore
import SocketIOWire
import Testing

@Suite("What the server writes, Socket.IO v5") struct PacketWriterTests {
    @Test func `a connect is answered with its sid`() {
        #expect(PacketWriter.connectReply(sid: "abc") == ByteBuffer(string: "40{\"sid\":\"abc\"}"))
        #expect(
            PacketWriter.connectReply(sid: "abc", namespace: "/admin")
                == ByteBuffer(string: "40/admin,{\"sid\":\"abc\"}")
        )
    }

    @Test func `or with an error`() {
        let data = ByteBuffer(string: "{\"code\":\"AUTH_REQUIRED\"}")
        #expect(
            PacketWriter.connectError("Not authorized", data: data)
                == ByteBuffer(string: "44{\"message\":\"Not authorized\",\"data\":{\"code\":\"AUTH_REQUIRED\"}}")
        )
        #expect(
            PacketWriter.connectError("a \"b\" \\ \n\u{1F}", namespace: "/x")
                == ByteBuffer(string: "44/x,{\"message\":\"a \\\"b\\\" \\\\ \\u000a\\u001f\"}")
        )
    }

    @Test func `a disconnect is two characters, and a comma behind a namespace`() {
        #expect(PacketWriter.disconnect() == ByteBuffer(string: "41"))
        #expect(PacketWriter.disconnect(namespace: "/admin") == ByteBuffer(string: "41/admin,"))
    }

    @Test(
        arguments: [
            ("message:new", "/", nil, 0, "42[\"message:new\",{\"a\":1}]"),
            ("message:new", "/admin", 12, 0, "42/admin,12[\"message:new\",{\"a\":1}]"),
            ("binary", "/", nil, 1, "451-[\"binary\",{\"a\":1}]"),
            ("binary", "/admin", 7, 10, "4510-/admin,7[\"binary\",{\"a\":1}]"),
            ("é\"\n", "/", 0, 0, "420[\"é\\\"\\u000a\",{\"a\":1}]"),
            ("x", "/", 9_007_199_254_740_991, 0, "429007199254740991[\"x\",{\"a\":1}]"),
        ] as [(String, String, UInt64?, Int, String)]
    )
    func `an event is written as it is counted`(
        name: String,
        namespace: String,
        id: UInt64?,
        attachments: Int,
        expected: String
    ) {
        let argument = ByteBuffer(string: "{\"a\":1}")
        var buffer = ByteBuffer(string: "before")
        PacketWriter.writeEvent(
            name,
            argument.readableBytesSpan,
            namespace: namespace,
            id: id,
            attachments: attachments,
            into: &buffer
        )
        #expect(String(buffer: buffer) == "before" + expected)
        let bytes = PacketWriter.bytesOfEvent(
            name,
            argumentBytes: 7,
            namespace: namespace,
            id: id,
            attachments: attachments
        )
        #expect(bytes == expected.utf8.count)
    }

    @Test(arguments: [("/", 0, "430[true]"), ("/admin", 12, "43/admin,12[true]")] as [(String, UInt64, String)])
    func `so is an acknowledgement`(namespace: String, id: UInt64, expected: String) {
        let argument = ByteBuffer(string: "true")
        var buffer = ByteBuffer()
        PacketWriter.writeAcknowledgement(id, argument.readableBytesSpan, namespace: namespace, into: &buffer)
        #expect(String(buffer: buffer) == expected)
        let bytes = PacketWriter.bytesOfAcknowledgement(id, argumentBytes: 4, namespace: namespace)
        #expect(bytes == expected.utf8.count)
    }

    @Test func `acknowledgements with attachments are packets too`() {
        let placeholder = ByteBuffer(string: "{\"_placeholder\":true,\"num\":0}")
        let packet = SocketIOPacket(.acknowledgement(id: 7, [placeholder]), attachments: 1)
        #expect(packet.encoded() == ByteBuffer(string: "461-7[{\"_placeholder\":true,\"num\":0}]"))
    }
}
