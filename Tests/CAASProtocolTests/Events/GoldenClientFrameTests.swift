import CAASProtocol
import Foundation
import Testing

@Suite("Golden client frames, the design's samples among them")
struct GoldenClientFrameTests {
    private static let expected = messages.merging(RareClientSamples.events) { first, _ in first }

    private static let messages: [String: ClientEvent] = [
        "design-1-example": .messageSend(
            MessageSend(
                conversationID: "conv_xyz",
                body: MessageBody(content: "Hello!"),
                clientTimestamp: 1_705_654_321_000
            )
        ),
        "design-1-all-fields": .messageSend(
            MessageSend(
                conversationID: "conv_xyz",
                body: MessageBody(content: "Hello!", replyTo: "msg_abc122"),
                clientTimestamp: 1_705_654_321_000
            )
        ),
        "design-2-message-send": .messageSend(
            MessageSend(
                conversationID: "conv_xyz",
                body: MessageBody(
                    type: "image",
                    content: "See this",
                    attachments: [Attachment(url: "https://example.org/a.png")]
                ),
                clientTimestamp: 1_705_654_321_000
            )
        ),
        "design-2-message-edit": .messageEdit(
            MessageEdit(messageID: "msg_abc123", conversationID: nil, content: "Hello, all!", ifVersion: nil)
        ),
        "design-2-message-delete": .messageDelete(
            MessageDelete(messageID: "msg_abc123", conversationID: nil, reason: nil)
        ),
        "design-2-typing-start": .typingStart("conv_xyz"),
        "design-2-typing-stop": .typingStop("conv_xyz"),
        "design-2-presence-update": .presenceUpdate(PresenceUpdate(status: .away, customMessage: "At lunch")),
        "design-2-conversation-join": .conversationJoin("conv_xyz"),
        "design-2-conversation-leave": .conversationLeave(
            ConversationLeave(conversationID: "conv_xyz", endsMembership: false)
        ),
        "design-2-call-initiate": .callInitiate(CallInitiate(targetUserID: "bob", type: .video)),
        "design-2-call-answer": .callAnswer(CallReference(callID: "call_1")),
        "design-2-call-reject": .callReject(CallReference(callID: "call_1")),
        "design-2-call-end": .callEnd(CallReference(callID: "call_1")),
        "design-3-ack-in-a-conversation": .messageSend(
            MessageSend(conversationID: "conv_xyz", body: MessageBody(content: "Hello"))
        ),
        "design-6-large": .messageSend(
            MessageSend(
                conversationID: "conv_xyz",
                body: MessageBody(content: String(repeating: "Compression pays above 1,024 bytes. ", count: 40)),
                clientTimestamp: 1_705_654_321_000
            )
        ),
        "protocol-send": .messageSend(
            MessageSend(
                conversationID: "conv_xyz",
                body: MessageBody(content: "Hello!"),
                clientTimestamp: 1_705_654_321_000
            )
        ),
    ]

    @Test(arguments: golden("frames/client", "json"))
    func `every golden frame decodes to its event`(file: GoldenFile) throws {
        let bytes = try file.bytes()
        let frame = try scan(bytes, tenant: "acme")
        let event = try #require(Self.expected[file.name])
        #expect(try frame.payload(in: bytes.span.bytes) == event)
        let isBuilt = ClientEventType.built.contains(frame.type)
        #expect(try frame.event(in: bytes.span.bytes) == (isBuilt ? event : .notYet(frame.type)))
    }

    @Test func `every event that is expected has its golden file`() {
        #expect(Set(golden("frames/client", "json").map(\.name)) == Set(Self.expected.keys))
    }

    private struct Refusal: Decodable, Equatable {
        var code: String
        var field: String?
        var reason: String?
        var replyTo: String?
        var ack: Bool
        var protocolError: Bool
    }

    @Test(arguments: golden("frames/refused", "json"))
    func `every refused frame is refused as its neighbour says`(file: GoldenFile) throws {
        let bytes = try file.bytes()
        let expected = try JSONDecoder().decode(Refusal.self, from: Data(file.beside("expected").bytes()))
        var refused: FrameRefusal?
        do throws(FrameRefusal) {
            let frame = try scan(bytes, tenant: "acme")
            do throws(SpecError) {
                _ = try frame.event(in: bytes.span.bytes)
            } catch {
                refused = FrameRefusal(error: error, replyTo: frame.id, wantsAck: frame.wantsAck)
            }
        } catch {
            refused = error
        }
        let refusal = try #require(refused)
        #expect(
            Refusal(
                code: refusal.error.code.rawValue,
                field: refusal.error.field,
                reason: refusal.error.reason,
                replyTo: refusal.replyTo?.rawValue,
                ack: refusal.wantsAck,
                protocolError: refusal.isProtocolError
            )
                == expected
        )
    }
}
