import CAASProtocol
import Testing

@Suite("A media packet on its way to receivers, R51")
struct MediaRelayTests {
    private func packet(_ header: String, payload: [UInt8] = [9, 8, 7]) -> [UInt8] {
        let json = Array(header.utf8)
        func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
        return number(16 + json.count + payload.count) + number(json.count) + number(1) + number(5) + json + payload
    }

    private func relay(_ bytes: [UInt8], from sender: UserID) throws -> [UInt8] {
        var output: [UInt8] = []
        try MediaPacket.relay(bytes.span.bytes, from: sender, into: &output)
        return output
    }

    private static let open =
        #"{ "x" : [1.0],"type":"audio","conversationId":"c","chunkIndex":0,"totalChunks":0,"mimeType":"a""#

    @Test(arguments: [
        (open + "}", open + #","senderId":"a@b"}"#),
        (open + " } \n", open + #" ,"senderId":"a@b"} "# + "\n"),
        (open + #","senderId":"mallory"}"#, open + #","senderId":"a@b"}"#),
        (open + #","sender\u0049d" : {"a":"}"} , "y":0}"#, open + #","sender\u0049d" : "a@b" , "y":0}"#),
        (open + #","senderId":null}"#, open + #","senderId":"a@b"}"#),
    ])
    func `the sender's name is put in and nothing else is touched`(sent: String, received: String) throws {
        let output = try relay(packet(sent), from: "a@b")
        #expect(output == packet(received))
        #expect(try MediaPacket(parsing: output.span.bytes, isRelayed: true).senderID == "a@b")
    }

    @Test func `the longest name still fits behind the longest header`() throws {
        let filler = letters(MediaPacket.headerBytes - Self.open.utf8.count - 8)
        let bytes = packet(Self.open + #","z":"\#(filler)"}"#, payload: [])
        let sender = try #require(UserID(letters(128)))
        let header = Int(bytes[6]) << 8 | Int(bytes[7])
        #expect(header == MediaPacket.headerBytes)
        let output = try relay(bytes, from: sender)
        #expect(try MediaPacket(parsing: output.span.bytes, isRelayed: true).senderID == sender)
    }
}
