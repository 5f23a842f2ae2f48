import CAASProtocol
import Testing

@Suite("Frames as clients write and read them")
struct OutgoingFrameTests {
    @Test func `what a client writes the service reads`() throws {
        let frame = OutgoingFrame(
            id: "f",
            type: "message:send",
            conversationID: "c",
            data: try JSONFragment(parsing: #"{"content":"Hi"}"#),
            wantsAck: true,
            replyTo: "m",
            timestamp: 5
        )
        var bytes: [UInt8] = []
        frame.encode(into: &bytes)
        let expected =
            #"{"id":"f","type":"message:send","version":1,"timestamp":5,"conversationId":"c","#
            + #""data":{"content":"Hi"},"ack":true,"replyTo":"m"}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        let body = MessageBody(content: "Hi", replyTo: "m")
        #expect(try decode(bytes) == .messageSend(MessageSend(conversationID: "c", body: body, clientTimestamp: 5)))
        #expect(try scan(bytes).wantsAck)
    }

    @Test func `a frame with nothing but a name is small`() throws {
        var bytes: [UInt8] = []
        OutgoingFrame(id: "f", type: "ping", wantsAck: false).encode(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"id":"f","type":"ping","version":1}"#)
        #expect(try decode(bytes) == .ping)
    }

    @Test(arguments: [
        ("[]", "INVALID_PAYLOAD json"), (#"{"id":"i","timestamp":1}"#, "MISSING_FIELD type"),
        (#"{"type":"t","timestamp":1}"#, "MISSING_FIELD id"), (#"{"type":"t","id":"i"}"#, "MISSING_FIELD timestamp"),
        (#"{"type":"t","id":"i","timestamp":"1"}"#, "INVALID_PAYLOAD timestamp"),
        (#"{"type":"t","id":"i","timestamp":1,"version":2}"#, "INVALID_PAYLOAD version version"),
        (#"{"type":"t","id":"i","timestamp":1,"replyTo":"a b"}"#, "INVALID_PAYLOAD replyTo"),
        (#"{"type":"t","type":"t"}"#, "INVALID_PAYLOAD duplicate_key"),
    ])
    func `a client is no less strict`(text: String, expected: String) {
        let bytes = Array(text.utf8)
        let refusal = #expect(throws: FrameRefusal.self) { try ReceivedFrame.scan(bytes.span.bytes) }
        #expect(refusal.map { line($0.error) } == expected)
    }

    @Test func `a client takes what the service relays two levels deeper`() throws {
        let metadata = String(repeating: "[", count: 34) + String(repeating: "]", count: 34)
        let bytes = Array(#"{"type":"t","id":"i","timestamp":1,"data":{"messages":[{"metadata":\#(metadata)}]}}"#.utf8)
        #expect(try ReceivedFrame.scan(bytes.span.bytes).data?.text.contains(metadata) == true)
    }
}
