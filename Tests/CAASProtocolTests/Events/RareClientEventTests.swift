import CAASProtocol
import Testing

@Suite("Data of the client events that are not built, by the tables and R21–R77")
struct RareClientEventTests {
    /// The refusal of a payload in one line, or nothing.
    private func refusal(_ type: String, _ data: String, conversation: String? = "c") throws -> String? {
        let bytes = Array(frame(type, data, conversation: conversation).utf8)
        let frame = try scan(bytes)
        do throws(SpecError) {
            _ = try frame.payload(in: bytes.span.bytes)
            return nil
        } catch {
            return line(error)
        }
    }

    private func payload(_ type: String, _ data: String, conversation: String? = "c") throws -> ClientEvent {
        let bytes = Array(frame(type, data, conversation: conversation).utf8)
        return try scan(bytes).payload(in: bytes.span.bytes)
    }

    @Test(
        arguments: [
            ("presence:update", #"{"status":"online"}"#, .presenceUpdate(PresenceUpdate(status: .online))),
            (
                "presence:update", #"{"st\u0061tus":"busy","customMessage":null,"customMessageUntil":1e3}"#,
                .presenceUpdate(PresenceUpdate(status: .busy, customMessageUntil: 1_000))
            ),
            (
                "presence:update", #"{"status":"online","hideLastSeen":true}"#,
                .presenceUpdate(PresenceUpdate(status: .online, hidesLastSeen: true))
            ),
            (
                "call:initiate", #"{"targetUserId":"a@b","type":"audio"}"#,
                .callInitiate(CallInitiate(targetUserID: "a@b", conversationID: "c", type: .audio))
            ),
            (
                "call:initiate", #"{"type":"video"}"#,
                .callInitiate(CallInitiate(conversationID: "c", type: .video))
            ),
            ("call:answer", #"{"callId":"k"}"#, .callAnswer(CallReference(callID: "k", conversationID: "c"))),
            (
                "call:signal", #"{"callId":"k","kind":"end_of_candidates","payload":null}"#,
                .callSignal(
                    CallSignal(callID: "k", conversationID: "c", kind: .endOfCandidates, payload: "null")
                )
            ),
            ("message:read", #"{"seq":0}"#, .messageRead(MessageReceipt(conversationID: "c", seq: 0))),
            (
                "message:search", #"{"q":""}"#, .messageSearch(MessageSearch(query: "", conversationID: "c"))
            ),
            ("conversation:sync", #"{"cursors":[]}"#, .conversationSync(ConversationSync(cursors: []))),
            (
                "conversation:update", #"{"name":null,"slowMode":0}"#,
                .conversationUpdate(ConversationUpdate(conversationID: "c", name: .clear, slowMode: 0))
            ),
            (
                "presence:subscribe", #"{"userIds":["a","b","a"]}"#,
                .presenceSubscribe(PresenceSubscription(userIDs: ["a", "b"]))
            ),
            (
                "event:send", #"{"name":"n","payload": "x" }"#,
                .eventSend(EventSend(conversationID: "c", name: "n", payload: #""x""#))
            ),
            (
                "media:subscribe", #"{"kinds":["file_chunk","audio","file_chunk"]}"#,
                .mediaSubscribe(MediaSubscription(conversationID: "c", kinds: [.fileChunk, .audio]))
            ),
            ("media:subscribe", "null", .mediaSubscribe(MediaSubscription(conversationID: "c"))),
            (
                "file:begin", #"{"name":"n","mimeType":"a/b","size":1}"#,
                .fileBegin(
                    FileBegin(conversationID: "c", name: "n", mimeType: "a/b", size: 1, chunkSize: 65_536)
                )
            ),
        ] as [(String, String, ClientEvent)]
    )
    func `a payload is read as its row says`(type: String, data: String, expected: ClientEvent) throws {
        #expect(try payload(type, data) == expected)
    }

    @Test(arguments: [
        ("presence:update", "{}", "MISSING_FIELD data.status"),
        ("presence:update", #"{"status":"gone","customMessage":5}"#, "INVALID_PAYLOAD data.status"),
        ("presence:update", #"{"status":1}"#, "INVALID_PAYLOAD data.status"),
        ("presence:update", #"{"status":"away","hideLastSeen":1}"#, "INVALID_PAYLOAD data.hideLastSeen"),
        ("presence:update", #"{"status":"away","customMessage":5}"#, "INVALID_PAYLOAD data.customMessage"),
        ("presence:update", #"{"status":"away","customMessageUntil":-1}"#, "INVALID_PAYLOAD data.customMessageUntil"),
        ("call:initiate", #"{"targetUserId":"a"}"#, "MISSING_FIELD data.type"),
        ("call:initiate", #"{"targetUserId":"a b","type":"x"}"#, "INVALID_PAYLOAD data.targetUserId"),
        ("call:initiate", #"{"targetUserId":"a","type":"text"}"#, "INVALID_PAYLOAD data.type"),
        ("call:answer", "{}", "MISSING_FIELD data.callId"), ("call:reject", "{}", "MISSING_FIELD data.callId"),
        ("call:end", #"{"callId":7}"#, "INVALID_PAYLOAD data.callId"),
        ("call:ice", #"{"callId":"a b"}"#, "INVALID_PAYLOAD data.callId"),
        ("call:signal", #"{"kind":"offer","payload":1}"#, "MISSING_FIELD data.callId"),
        ("call:signal", #"{"callId":"k","to":"","kind":"x"}"#, "INVALID_PAYLOAD data.to"),
        ("call:signal", #"{"callId":"k","payload":1}"#, "MISSING_FIELD data.kind"),
        ("call:signal", #"{"callId":"k","kind":"endOfCandidates","payload":1}"#, "INVALID_PAYLOAD data.kind"),
        ("call:signal", #"{"callId":"k","kind":"app"}"#, "MISSING_FIELD data.payload"),
        ("message:read", "{}", "MISSING_FIELD data.seq"), ("message:read", #"{"seq":-1}"#, "INVALID_PAYLOAD data.seq"),
        ("message:read", #"{"seq":1.5}"#, "INVALID_PAYLOAD data.seq number"),
        ("message:delivered", #"{"seq":"1"}"#, "INVALID_PAYLOAD data.seq"),
        ("message:read", #"{"seq":1,"private":1}"#, "INVALID_PAYLOAD data.private"),
        ("message:react", #"{"emoji":"x","on":true}"#, "MISSING_FIELD data.messageId"),
        ("message:react", #"{"messageId":"m","on":true}"#, "MISSING_FIELD data.emoji"),
        ("message:react", #"{"messageId":"m","emoji":"x"}"#, "MISSING_FIELD data.on"),
        ("message:react", #"{"messageId":"m","emoji":"x","on":"yes"}"#, "INVALID_PAYLOAD data.on"),
        ("message:pin", #"{"on":true}"#, "MISSING_FIELD data.messageId"),
        ("message:pin", #"{"messageId":"m"}"#, "MISSING_FIELD data.on"),
        ("message:search", "{}", "MISSING_FIELD data.q"), ("message:search", #"{"q":[]}"#, "INVALID_PAYLOAD data.q"),
        ("message:search", #"{"q":"a","limit":0}"#, "INVALID_PAYLOAD data.limit"),
        ("conversation:sync", "{}", "MISSING_FIELD data.cursors"),
        ("conversation:sync", #"{"cursors":{}}"#, "INVALID_PAYLOAD data.cursors"),
        ("conversation:sync", #"{"cursors":[5]}"#, "INVALID_PAYLOAD data.cursors[0]"),
        ("conversation:sync", #"{"cursors":[{"offset":1}]}"#, "MISSING_FIELD data.cursors[0].conversationId"),
        (
            "conversation:sync", #"{"cursors":[{"conversationId":"a","offset":1},{"conversationId":"b"}]}"#,
            "MISSING_FIELD data.cursors[1].offset"
        ),
        (
            "conversation:sync", #"{"cursors":[{"conversationId":"a","offset":-1}]}"#,
            "INVALID_PAYLOAD data.cursors[0].offset"
        ),
        ("conversation:update", #"{"name":5}"#, "INVALID_PAYLOAD data.name"),
        ("conversation:update", "{}", "MISSING_FIELD data.name"),
        ("conversation:update", #"{"metadata":[]}"#, "INVALID_PAYLOAD data.metadata"),
        ("conversation:update", #"{"visibility":"open"}"#, "INVALID_PAYLOAD data.visibility"),
        ("conversation:update", #"{"slowMode":-1}"#, "INVALID_PAYLOAD data.slowMode"),
        ("conversation:update", #"{"slowMode":21601}"#, "INVALID_PAYLOAD data.slowMode"),
        ("conversation:update", #"{"frozen":0}"#, "INVALID_PAYLOAD data.frozen"),
        ("presence:subscribe", "{}", "MISSING_FIELD data.userIds"),
        ("presence:unsubscribe", #"{"userIds":["a","b c"]}"#, "INVALID_PAYLOAD data.userIds[1]"),
        ("event:send", #"{"payload":1}"#, "MISSING_FIELD data.name"),
        ("event:send", #"{"name":"a b","payload":1}"#, "INVALID_PAYLOAD data.name"),
        ("event:send", #"{"name":"n"}"#, "MISSING_FIELD data.payload"),
        ("user:block", #"{"on":true}"#, "MISSING_FIELD data.userId"),
        ("user:block", #"{"userId":"a"}"#, "MISSING_FIELD data.on"),
        ("media:subscribe", #"{"kinds":"audio"}"#, "INVALID_PAYLOAD data.kinds"),
        ("media:unsubscribe", #"{"kinds":["audio","text"]}"#, "INVALID_PAYLOAD data.kinds[1]"),
        ("media:unsubscribe", #"{"kinds":[1]}"#, "INVALID_PAYLOAD data.kinds[0]"),
        ("file:begin", "{}", "MISSING_FIELD data.name"),
        ("file:begin", #"{"name":"n"}"#, "MISSING_FIELD data.mimeType"),
        ("file:begin", #"{"name":"n","mimeType":"a"}"#, "MISSING_FIELD data.size"),
        ("file:begin", #"{"name":"n","mimeType":"a","size":-1}"#, "INVALID_PAYLOAD data.size"),
        ("file:begin", #"{"name":"n","mimeType":"a","size":104857601}"#, "INVALID_PAYLOAD data.size too_large"),
        ("file:begin", #"{"name":"n","mimeType":"a","size":1,"sha256":5}"#, "INVALID_PAYLOAD data.sha256"),
        ("file:begin", #"{"name":"n","mimeType":"a","size":1,"chunkSize":0}"#, "INVALID_PAYLOAD data.chunkSize"),
        ("file:resume", "{}", "MISSING_FIELD data.fileId"),
        ("file:resume", #"{"fileId":[]}"#, "INVALID_PAYLOAD data.fileId"),
    ])
    func `a wrong field is named`(type: String, data: String, expected: String) throws {
        #expect(try refusal(type, data) == expected)
    }

    @Test(arguments: [
        "message:read", "message:delivered", "conversation:update", "event:send", "media:subscribe",
        "media:unsubscribe", "file:begin",
    ])
    func `an event that needs a conversation says so (R7)`(type: String) throws {
        #expect(try refusal(type, "{}", conversation: nil) == "MISSING_FIELD conversationId")
    }

    @Test func `a call without a conversation needs a user`() throws {
        #expect(
            try refusal("call:initiate", #"{"type":"audio"}"#, conversation: nil) == "MISSING_FIELD data.targetUserId"
        )
    }

    @Test(arguments: ClientEventType.allCases.filter { $0 != .binary }, ["7", "[]", "\"a\"", "true"])
    func `every row refuses data that is no object`(type: ClientEventType, data: String) throws {
        #expect(try refusal(type.rawValue, data) == "INVALID_PAYLOAD data")
    }

    @Test(arguments: ClientEventType.allCases.filter { !ClientEventType.built.contains($0) && $0 != .binary })
    func `a row that is not built is not looked at`(type: ClientEventType) throws {
        #expect(try decode(frame(type.rawValue, "7")) == .notYet(type))
        #expect(try decode(frame(type.rawValue, #"{"status":5,"callId":5,"seq":"x","kinds":1}"#)) == .notYet(type))
    }

    @Test func `a media packet is no frame`() throws {
        #expect(try payload("binary", "7") == .notYet(.binary))
    }

    @Test(arguments: [
        ("presence:update", #"{"status":"away","customMessage":"#, "}", 128, "customMessage"),
        ("message:react", #"{"messageId":"m","on":true,"emoji":"#, "}", 64, "emoji"),
        ("event:send", #"{"name":"n","payload":"#, "}", 8_190, "payload"),
        ("call:signal", #"{"callId":"k","kind":"app","payload":"#, "}", 32_766, "payload"),
    ])
    func `a text of the most length is taken, a longer one is not`(
        type: String,
        before: String,
        after: String,
        most: Int,
        field: String
    ) throws {
        #expect(try refusal(type, "\(before)\"\(letters(most))\"\(after)") == nil)
        #expect(
            try refusal(type, "\(before)\"\(letters(most + 1))\"\(after)") == "INVALID_PAYLOAD data.\(field) too_large"
        )
    }

    @Test func `a status message counts characters, an emoji bytes`() throws {
        let faces = String(repeating: "😀", count: 128)
        #expect(try refusal("presence:update", #"{"status":"away","customMessage":"\#(faces)"}"#) == nil)
        let react = #"{"messageId":"m","on":true,"emoji":"\#(String(repeating: "😀", count: 17))"}"#
        #expect(try refusal("message:react", react) == "INVALID_PAYLOAD data.emoji too_large")
    }

    @Test func `two hundred users are watched and five hundred conversations synchronised at once, no more`() throws {
        func list(_ count: Int, _ item: (Int) -> String) -> String { (0..<count).map(item).joined(separator: ",") }
        func watch(_ count: Int) -> String { #"{"userIds":[\#(list(count) { "\"u\($0)\"" })]}"# }
        #expect(try refusal("presence:subscribe", watch(200)) == nil)
        #expect(try refusal("presence:subscribe", watch(201)) == "INVALID_PAYLOAD data.userIds too_many")
        func sync(_ count: Int) -> String {
            #"{"cursors":[\#(list(count) { #"{"conversationId":"c\#($0)","offset":1}"# })]}"#
        }
        #expect(try refusal("conversation:sync", sync(500)) == nil)
        #expect(try refusal("conversation:sync", sync(501)) == "INVALID_PAYLOAD data.cursors too_many")
    }
}
