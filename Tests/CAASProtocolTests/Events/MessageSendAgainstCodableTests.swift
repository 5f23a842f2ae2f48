import CAASProtocol
import Foundation
import Testing

/// The hot decoder reads what a `Codable` one reads.
@Suite("message:send beside Codable")
struct MessageSendAgainstCodableTests {
    private struct Frame: Codable {
        var id: String
        var type = "message:send"
        var timestamp: Double?
        var conversationId: String?
        var data: Payload
        var ack: Bool?
        var replyTo: String?
    }

    private struct Payload: Codable {
        var content: String?
        var type: String?
        var conversationId: String?
        var attachments: [File]?
        var mentions: [String]?
        var metadata: [String: Double]?
        var threadId: String?
    }

    private struct File: Codable {
        var url: String?
        var attachmentId: String?
        var name: String?
        var size: Int64?
        var duration: Int64?
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `both read the same of a random message`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let encoder = JSONEncoder()
        if Bool.random(using: &random) { encoder.outputFormatting = [.prettyPrinted, .sortedKeys] }
        let bytes = try Respelling.of(Array(encoder.encode(Self.random(using: &random))), using: &random)
        let expected = try JSONDecoder().decode(Frame.self, from: Data(bytes))

        let frame = try scan(bytes)
        #expect(frame.id.rawValue == expected.id, "seed \(seed)")
        #expect(frame.wantsAck == (expected.ack ?? false), "seed \(seed)")
        #expect(frame.clientTimestamp == expected.timestamp.map { Int64($0) }, "seed \(seed)")
        #expect(frame.conversationID?.rawValue == expected.conversationId ?? expected.data.conversationId)
        guard case .messageSend(let send) = try frame.event(in: bytes.span.bytes) else {
            Issue.record("another event, seed \(seed)")
            return
        }
        #expect(Array(send.body.content.utf8) == Array((expected.data.content ?? "").utf8), "seed \(seed)")
        #expect(send.body.type == expected.data.type ?? "text", "seed \(seed)")
        #expect(send.body.mentions.map(\.rawValue) == expected.data.mentions ?? [], "seed \(seed)")
        #expect(send.body.threadID?.rawValue == expected.data.threadId, "seed \(seed)")
        #expect(send.body.replyTo?.rawValue == expected.replyTo, "seed \(seed)")
        let files = expected.data.attachments ?? []
        #expect(send.body.attachments.map(\.url) == files.map(\.url), "seed \(seed)")
        #expect(send.body.attachments.map(\.attachmentID) == files.map(\.attachmentId), "seed \(seed)")
        #expect(send.body.attachments.map(\.name) == files.map(\.name), "seed \(seed)")
        #expect(send.body.attachments.map(\.size) == files.map(\.size), "seed \(seed)")
        #expect(send.body.attachments.map(\.duration) == files.map(\.duration), "seed \(seed)")
        let metadata = try send.body.metadata.map {
            try JSONDecoder().decode([String: Double].self, from: Data($0.utf8))
        }
        #expect(metadata == expected.data.metadata, "seed \(seed)")
    }

    private static func random(using random: inout SeededGenerator) -> Frame {
        func sometimes<Value>(_ value: Value, _ random: inout SeededGenerator) -> Value? {
            Bool.random(using: &random) ? value : nil
        }
        let pieces = ["a", "\"", "\\", "\n", "\u{1}", "é", "e\u{301}", "😀", "/", "\u{2028}", "long plain words "]
        func text(_ random: inout SeededGenerator) -> String {
            (0...Int.random(in: 0...20, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
        let files = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let isUploaded = Bool.random(using: &random)
            return File(
                url: isUploaded ? nil : "https://example.org/é?a=1",
                attachmentId: isUploaded ? "file:1" : nil,
                name: sometimes(text(&random), &random),
                size: sometimes(.random(in: 0...9_007_199_254_740_991, using: &random), &random),
                duration: sometimes(.random(in: 0...99, using: &random), &random)
            )
        }
        let isInside = Bool.random(using: &random)
        let content = files.isEmpty ? text(&random) : sometimes(text(&random), &random)
        return Frame(
            id: "msg_\(random.next())",
            timestamp: sometimes(1_705_654_321_000, &random),
            conversationId: isInside ? nil : "conv_1",
            data: Payload(
                content: content,
                type: sometimes("custom:x", &random),
                conversationId: isInside ? "conv_2" : nil,
                attachments: sometimes(files, &random).flatMap { $0.isEmpty ? nil : $0 }
                    ?? (content == nil ? files : nil),
                mentions: sometimes(["alice", "bob@x"], &random),
                metadata: sometimes([text(&random): 1, "b": 0.5], &random),
                threadId: sometimes("m1", &random)
            ),
            ack: sometimes(Bool.random(using: &random), &random),
            replyTo: sometimes("m2", &random)
        )
    }
}
