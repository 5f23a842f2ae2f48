import CAASProtocol
import Testing

@Suite("Golden server frames: the bytes that every client gets")
struct GoldenServerFrameTests {
    @Test(arguments: golden("frames/server", "json"))
    func `every golden frame is what its event encodes to`(file: GoldenFile) throws {
        let frame = try #require(ServerSamples.frames[file.name])
        var output = Array("before".utf8)
        frame.encode(into: &output)
        #expect(
            String(decoding: output.dropFirst(6), as: UTF8.self) == String(decoding: try file.bytes(), as: UTF8.self)
        )
    }

    @Test func `every sample has its golden file`() {
        #expect(Set(golden("frames/server", "json").map(\.name)) == Set(ServerSamples.frames.keys))
    }

    @Test func `every server event has a sample, but for media packets`() {
        let types = Set(ServerSamples.frames.values.map(\.event.type))
        #expect(types == Set(ServerEventType.allCases).subtracting([.binary]))
    }

    @Test(arguments: golden("frames/server", "json"))
    func `a client reads the header of every golden frame`(file: GoldenFile) throws {
        let frame = try #require(ServerSamples.frames[file.name])
        let bytes = try file.bytes()
        let received = try ReceivedFrame.scan(bytes.span.bytes)
        #expect(received.id == frame.id.description)
        #expect(received.type == frame.event.type.rawValue)
        #expect(received.timestamp == frame.timestamp)
        // The id of a conversation that was made, or that a call belongs to, stands in the acknowledgement alone.
        let inside: ConversationID? =
            switch file.name {
            case "ack-created": "c"
            case "ack-call-ringing", "ack-call-glare", "ack-call-ended": "conv_xyz"
            default: nil
            }
        #expect(received.conversationID == inside ?? frame.conversationID)
        #expect(received.replyTo == frame.replyTo)
        let data = try #require(received.data).text
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\"data\":\(data)}"))
    }
}
