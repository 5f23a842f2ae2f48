@testable import CAASProtocol
import Foundation
import Testing

@Suite("Server frames with any text in them")
struct ServerFrameRoundTripTests {
    /// Every Unicode scalar may come, those that need an escape most often.
    private func text(using random: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            let range: ClosedRange<UInt32> =
                [0x1...0x1F, 0x20...0x7F, 0x20...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF]
                .randomElement(using: &random) ?? 0x20...0x7F
            if let scalar = Unicode.Scalar(.random(in: range, using: &random)) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is encoded is read back by us and by Foundation`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let metadata = RandomJSON.metadata(using: &random)
        let message = Message(
            id: "m1",
            conversationID: "c",
            seq: .random(in: 1...9_007_199_254_740_991, using: &random),
            offset: .max,
            senderID: "a@b|c+d",
            clientID: "f",
            createdAt: .random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &random),
            body: MessageBody(
                type: "text",
                content: text(using: &random),
                attachments: [Attachment(url: text(using: &random), name: text(using: &random))],
                mentions: ["x"],
                metadata: JSONFragment(checked: metadata)
            )
        )
        let frame = ServerFrame(
            id: UUIDv7(high: random.next(), low: random.next()),
            timestamp: 5,
            conversationID: "c",
            event: .messageNew(message)
        )
        var output: [UInt8] = []
        frame.encode(into: &output)

        let received = try ReceivedFrame.scan(output.span.bytes)
        #expect(received.id == frame.id.description, "seed \(seed)")
        #expect(received.conversationID == "c", "seed \(seed)")
        let object = try #require(JSONSerialization.jsonObject(with: Data(output)) as? [String: Any], "seed \(seed)")
        let data = try #require(object["data"] as? [String: Any])
        let content = try #require(data["content"] as? String)
        #expect(Array(content.utf8) == Array(message.body.content.utf8), "seed \(seed)")
        #expect(data["seq"] as? Int64 == message.seq, "seed \(seed)")
        #expect(data["createdAt"] as? Int64 == message.createdAt, "seed \(seed)")
        let file = try #require((data["attachments"] as? [[String: Any]])?.first)
        #expect(
            (file["name"] as? String).map { Array($0.utf8) } == message.body.attachments[0].name.map { Array($0.utf8) }
        )
        let again = try JSONSerialization.jsonObject(with: Data(metadata)) as? NSDictionary
        #expect(data["metadata"] as? NSDictionary == again, "seed \(seed)")
    }

    @Test(arguments: ErrorCode.allCases)
    func `an error says always whether it may be retried`(code: ErrorCode) throws {
        var output: [UInt8] = []
        SpecError(code, message: "a \"b\"", details: [.init("k\"", .text("v\n")), .init("n", .integers([1, -2]))])
            .encode(into: &output)
        let retryable = [ErrorCode.rateLimited, .unavailable, .internalError, .tokenExpired].contains(code)
        let expected =
            #"{"code":"\#(code.rawValue)","message":"a \"b\"","#
            + #""details":{"k\"":"v\n","n":[1,-2],"retryable":\#(retryable)}}"#
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test(arguments: [0, -1, 9, 10, 100, .max, .min, -9_007_199_254_740_991] as [Int64])
    func `integers are written in full`(value: Int64) {
        var output: [UInt8] = []
        output.append(integer: value)
        #expect(String(decoding: output, as: UTF8.self) == "\(value)")
    }

    @Test func `frames are appended, one behind the other`() {
        var output: [UInt8] = []
        let frame = ServerFrame(id: UUIDv7(high: 0, low: 0), timestamp: 1, event: .pong(serverTime: 1))
        frame.encode(into: &output)
        let once = output
        frame.encode(into: &output)
        #expect(output == once + once)
    }
}

extension RandomJSON {
    /// An object.
    fileprivate static func metadata(using random: inout SeededGenerator) -> [UInt8] {
        var output: [UInt8] = []
        object(&output, depth: 2, using: &random)
        return output
    }
}
