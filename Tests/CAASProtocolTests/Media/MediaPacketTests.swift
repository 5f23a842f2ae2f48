import CAASProtocol
import Foundation
import Testing

@Suite("The media packet, design §5, R50, R51")
struct MediaPacketTests {
    private func parse(_ bytes: [UInt8], isRelayed: Bool = false) throws(FrameRefusal) -> MediaPacket {
        try MediaPacket(parsing: bytes.span.bytes, isRelayed: isRelayed)
    }

    private func encode(_ packet: MediaPacket) -> [UInt8] {
        var output: [UInt8] = []
        packet.encode(into: &output)
        return output
    }

    private static let sample = MediaPacket(
        kind: .audio,
        sequence: 0x0102_0304,
        conversationID: "c",
        chunkIndex: 0,
        totalChunks: 0,
        mimeType: "audio/opus",
        id: "f",
        payload: [1, 2, 3]
    )

    @Test func `the numbers are four bytes each, the highest first`() {
        let bytes = encode(Self.sample)
        #expect(bytes[0..<4] == [0, 0, 0, UInt8(bytes.count)])
        #expect(bytes[4..<8] == [0, 0, 0, UInt8(bytes.count - 19)])
        #expect(bytes[8..<16] == [0, 0, 0, 1, 1, 2, 3, 4])
        #expect(bytes.suffix(3) == [1, 2, 3])
    }

    @Test(arguments: golden("media", "bin"))
    func `every golden file decodes and encodes back`(file: GoldenFile) throws {
        let bytes = try file.bytes()
        #expect(try encode(parse(bytes, isRelayed: true)) == bytes)
    }

    private struct Refusal: Decodable, Equatable {
        var code: String
        var field: String?
        var reason: String?
        var sequence: Int64?
        var replyTo: String?
        var ack: Bool
        var protocolError: Bool
    }

    @Test(arguments: golden("media/refused", "bin"))
    func `every refused packet is refused as its neighbour says`(file: GoldenFile) throws {
        let expected = try JSONDecoder().decode(Refusal.self, from: Data(file.beside("expected").bytes()))
        let bytes = try file.bytes()
        let refusal = try #require(#expect(throws: FrameRefusal.self) { try parse(bytes) })
        var sequence: Int64?
        for detail in refusal.error.details where detail.name == "sequence" {
            if case .integer(let number) = detail.value { sequence = number }
        }
        #expect(
            Refusal(
                code: refusal.error.code.rawValue,
                field: refusal.error.field,
                reason: refusal.error.reason,
                sequence: sequence,
                replyTo: refusal.replyTo?.rawValue,
                ack: refusal.wantsAck,
                protocolError: refusal.isProtocolError
            ) == expected
        )
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `what is written is what is read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let packet = MediaPacket.random(using: &random)
        #expect(try parse(encode(packet), isRelayed: true) == packet, "seed \(seed)")
    }

    @Test(arguments: 0..<4)
    func `every other total and every longer header is refused`(seed: UInt64) {
        let bytes = encode(Self.sample)
        for wrong in 0...512 where wrong != bytes.count {
            var changed = bytes
            changed.replaceSubrange(0..<4, with: [0, 0, UInt8(wrong >> 8), UInt8(wrong & 255)])
            #expect(throws: FrameRefusal.self) { try parse(changed) }
        }
        for wrong in 0...512 where wrong != bytes.count - 19 {
            var changed = bytes
            changed.replaceSubrange(4..<8, with: [0, 0, UInt8(wrong >> 8), UInt8(wrong & 255)])
            #expect(throws: FrameRefusal.self) { try parse(changed) }
        }
    }

    @Test func `a packet cut anywhere is refused`() {
        let bytes = encode(Self.sample)
        for count in bytes.indices {
            let cut = Array(bytes[..<count])
            let refusal = #expect(throws: FrameRefusal.self) { try parse(cut) }
            #expect(refusal?.isProtocolError == true)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a damaged packet is refused or is one, and never traps`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = encode(.random(using: &random))
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        if let packet = try? parse(bytes), let again = try? parse(encode(packet)) {
            #expect(again == packet, "seed \(seed)")
        }
    }

    @Test func `above 256 KiB it is too large, which is no protocol error`() {
        var packet = Self.sample
        packet.payload = [UInt8](repeating: 0, count: MediaPacket.packetBytes)
        let bytes = encode(packet)
        let refusal = #expect(throws: FrameRefusal.self) { try parse(bytes) }
        #expect(refusal?.error.reason == "too_large")
        #expect(refusal?.isProtocolError == false)
        #expect(MediaPacket.sequence(opening: bytes.span.bytes) == 0x0102_0304)
    }

    @Test func `a client's word on who sent it is not believed`() throws {
        var packet = Self.sample
        packet.senderID = "mallory"
        #expect(try parse(encode(packet)).senderID == nil)
    }
}
