import CAASProtocol
import Testing

@Suite("A user's row, R26") struct UserSummaryTests {
    @Test(arguments: [
        ("{}", String?.none, String?.none),
        (#"{"name":"Zoe"}"#, "Zoe", nil),
        (#"{"name":null,"avatarUrl":"https://e.example/z.png","more":[1]}"#, nil, "https://e.example/z.png"),
        (#" { "avatarUrl" : "http://e.example" , "name" : "" } "#, "", "http://e.example"),
    ])
    func `what is absent is not there any more`(json: String, name: String?, avatarURL: String?) throws {
        let user: UserID = "zoe"
        let update = try UserSummary(userID: user, parsing: Array(json.utf8).span.bytes)
        #expect(update == UserSummary(userID: user, name: name, avatarURL: avatarURL))
    }

    @Test(arguments: [
        ("7", String?.none, String?.some("object")),
        ("[", nil, "json"),
        (#"{"name":1,"name":2}"#, nil, "duplicate_key"),
        (#"{"name":7}"#, "data.name", nil),
        (#"{"avatarUrl":"javascript:alert(1)"}"#, "data.avatarUrl", nil),
        (#"{"name":"\#(String(repeating: "n", count: 129))"}"#, "data.name", "too_large"),
        (#"{"avatarUrl":"https://\#(String(repeating: "n", count: 2_041))"}"#, "data.avatarUrl", "too_large"),
    ])
    func `a wrong field is named`(json: String, field: String?, reason: String?) {
        let user: UserID = "zoe"
        let error = #expect(throws: SpecError.self) {
            try UserSummary(userID: user, parsing: Array(json.utf8).span.bytes)
        }
        #expect(error?.code == .invalidPayload)
        #expect(error?.field == field)
        #expect(error?.reason == reason)
    }

    @Test func `answers about users, connections, conversations and messages are objects`() {
        let user: UserID = "zoe"
        let id: ConversationID = "c"
        let frame: FrameID = "f"
        let message = Message(
            id: MessageID(.init(handle: 1, seq: 1)),
            conversationID: id,
            seq: 1,
            offset: 1,
            senderID: user,
            clientID: frame,
            createdAt: 1,
            body: MessageBody(content: "hi")
        )
        let summary = ConversationSummary(
            conversationID: id,
            kind: .group,
            name: nil,
            visibility: .public,
            metadata: nil,
            role: .owner,
            latestSeq: 0,
            latestOffset: 0
        )
        let connection = ConnectionSummary(id: "s", deviceID: "d", transport: "websocket", since: 5)
        let expected: [(Acknowledgement.Outcome, String)] = [
            (.user(UserSummary(userID: user, name: "Z", avatarURL: nil)), #""userId":"zoe","name":"Z""#),
            (
                .connections([connection]),
                #""connections":[{"id":"s","deviceId":"d","transport":"websocket","since":5}]"#
            ),
            (
                .conversation(summary, members: 3),
                #""kind":"group","conversationId":"c","visibility":"public","role":"owner","latestSeq":0,"latestOffset":0,"members":3"#
            ),
            (.changed(offset: 4, duplicate: true), #""offset":4,"duplicate":true"#),
            (.changed(offset: nil, duplicate: false), ""),
        ]
        for (outcome, members) in expected {
            let rest = members.isEmpty ? "" : ",\(members)"
            #expect(encoded(outcome) == #"{"success":true,"timestamp":9\#(rest)}"#)
        }
        let one = encoded(.message(message))
        #expect(one.hasPrefix(#"{"success":true,"timestamp":9,"message":{"messageId":"\#(message.id.rawValue)","#))
        #expect(one.hasSuffix("}}"))
    }

    private func encoded(_ outcome: Acknowledgement.Outcome) -> String {
        var bytes: [UInt8] = []
        Acknowledgement.success(timestamp: 9, outcome).encode(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
