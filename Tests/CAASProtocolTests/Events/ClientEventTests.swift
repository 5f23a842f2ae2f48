import CAASProtocol
import Testing

@Suite("Data of the other client events, design §2 and R18–R31")
struct ClientEventTests {
    @Test(
        arguments: [
            (
                "message:edit", #"{"messageId":"m","content":"a"}"#,
                .messageEdit(MessageEdit(messageID: "m", conversationID: "c", content: "a", ifVersion: nil))
            ),
            (
                "message:edit", #"{"messageId":"m","content":"","ifVersion":2.0}"#,
                .messageEdit(MessageEdit(messageID: "m", conversationID: "c", content: "", ifVersion: 2))
            ),
            (
                "message:delete", #"{"messageId":"m"}"#,
                .messageDelete(MessageDelete(messageID: "m", conversationID: "c", reason: nil))
            ),
            (
                "message:delete", #"{"messageId":"m","reason":"spam"}"#,
                .messageDelete(MessageDelete(messageID: "m", conversationID: "c", reason: "spam"))
            ),
            ("message:history", "{}", .messageHistory(MessageHistory(conversationID: "c"))),
            (
                "message:history", #"{"beforeSeq":10,"limit":100}"#,
                .messageHistory(MessageHistory(conversationID: "c", position: .before(seq: 10), limit: 100))
            ),
            (
                "message:history", #"{"afterSeq":0,"beforeSeq":null,"limit":101}"#,
                .messageHistory(MessageHistory(conversationID: "c", position: .after(seq: 0), limit: 100))
            ),
            ("message:history", #"{"limit":1e9}"#, .messageHistory(MessageHistory(conversationID: "c", limit: 100))),
            ("typing:start", "{}", .typingStart("c")), ("typing:stop", "{}", .typingStop("c")),
            ("conversation:join", "{}", .conversationJoin("c")),
            (
                "conversation:create", #"{"kind":"group","memberIds":[]}"#,
                .conversationCreate(ConversationCreate(kind: .group, memberIDs: [], conversationID: "c"))
            ),
            (
                "conversation:create",
                #"{"kind":"channel","memberIds":["a","b","a"],"name":"N","visibility":"public"}"#,
                .conversationCreate(
                    ConversationCreate(
                        kind: .channel,
                        memberIDs: ["a", "b"],
                        name: "N",
                        visibility: .public,
                        conversationID: "c"
                    )
                )
            ),
            (
                "conversation:create", #"{"kind":"direct","memberIds":["a@b|c+d"]}"#,
                .conversationCreate(ConversationCreate(kind: .direct, memberIDs: ["a@b|c+d"], conversationID: "c"))
            ),
            (
                "conversation:leave", "{}",
                .conversationLeave(ConversationLeave(conversationID: "c", endsMembership: false))
            ),
            (
                "conversation:leave", #"{"membership":true}"#,
                .conversationLeave(ConversationLeave(conversationID: "c", endsMembership: true))
            ),
            ("conversation:list", "{}", .conversationList(Page())),
            ("conversation:list", #"{"cursor":"x y","limit":1}"#, .conversationList(Page(cursor: "x y", limit: 1))),
            (
                "conversation:members", #"{"limit":200}"#,
                .conversationMembers(ConversationMembers(conversationID: "c", page: Page(limit: 100)))
            ),
            (
                "conversation:invite", #"{"userIds":["a","a"]}"#,
                .conversationInvite(ConversationInvite(conversationID: "c", userIDs: ["a"]))
            ),
            (
                "conversation:invite", #"{"userIds":["a"],"role":"moderator"}"#,
                .conversationInvite(ConversationInvite(conversationID: "c", userIDs: ["a"], role: .moderator))
            ),
            (
                "conversation:remove", #"{"userId":"a"}"#,
                .conversationRemove(ConversationRemove(conversationID: "c", userID: "a", ban: false))
            ),
            (
                "conversation:remove", #"{"userId":"a","ban":true,"until":9,"reason":"r"}"#,
                .conversationRemove(
                    ConversationRemove(conversationID: "c", userID: "a", ban: true, until: 9, reason: "r")
                )
            ),
            (
                "conversation:role", #"{"userId":"a","role":"owner"}"#,
                .conversationRole(ConversationRole(conversationID: "c", userID: "a", role: .owner))
            ),
            (
                "conversation:role", #"{"userId":"a","mutedUntil":0}"#,
                .conversationRole(ConversationRole(conversationID: "c", userID: "a", role: nil, mutedUntil: 0))
            ),
            ("session:auth", #"{"token":"t"}"#, .sessionAuth(SessionAuth(token: "t"))),
            (
                "session:auth", #"{"token":"t","echo":true,"inbox":false,"version":2,"cursors":[]}"#,
                .sessionAuth(SessionAuth(token: "t", echo: true, inbox: false, version: 2))
            ),
            ("session:refresh", #"{"token":"t"}"#, .sessionRefresh(token: "t")),
            ("ping", "{}", .ping), ("ping", "null", .ping),
        ] as [(String, String, ClientEvent)]
    )
    func `a payload is read as its row says`(type: String, data: String, expected: ClientEvent) throws {
        #expect(try decode(frame(type, data)) == expected)
    }

    @Test(arguments: [
        ("message:edit", #"{"content":5}"#, "MISSING_FIELD data.messageId"),
        ("message:edit", #"{"messageId":5}"#, "INVALID_PAYLOAD data.messageId"),
        ("message:edit", #"{"messageId":"a b"}"#, "INVALID_PAYLOAD data.messageId"),
        ("message:edit", #"{"messageId":"m"}"#, "MISSING_FIELD data.content"),
        ("message:edit", #"{"messageId":"m","content":["a"]}"#, "INVALID_PAYLOAD data.content"),
        ("message:edit", #"{"messageId":"m","content":"a","ifVersion":1.5}"#, "INVALID_PAYLOAD data.ifVersion number"),
        ("message:edit", #"{"messageId":"m","content":"a","ifVersion":"1"}"#, "INVALID_PAYLOAD data.ifVersion"),
        ("message:delete", "{}", "MISSING_FIELD data.messageId"),
        ("message:delete", #"{"messageId":"m","reason":5}"#, "INVALID_PAYLOAD data.reason"),
        ("message:history", #"{"limit":0}"#, "INVALID_PAYLOAD data.limit"),
        ("message:history", #"{"limit":-1}"#, "INVALID_PAYLOAD data.limit"),
        ("message:history", #"{"limit":"5"}"#, "INVALID_PAYLOAD data.limit"),
        ("message:history", #"{"limit":1.5}"#, "INVALID_PAYLOAD data.limit number"),
        ("message:history", #"{"limit":1e300}"#, "INVALID_PAYLOAD data.limit number"),
        ("message:history", #"{"beforeSeq":1,"afterSeq":1}"#, "INVALID_PAYLOAD data.afterSeq both_cursors"),
        ("message:history", #"{"beforeSeq":-1}"#, "INVALID_PAYLOAD data.beforeSeq"),
        ("message:history", #"{"afterSeq":9007199254740992}"#, "INVALID_PAYLOAD data.afterSeq number"),
        ("conversation:create", #"{"memberIds":5}"#, "MISSING_FIELD data.kind"),
        ("conversation:create", #"{"kind":"room"}"#, "INVALID_PAYLOAD data.kind"),
        ("conversation:create", #"{"kind":1}"#, "INVALID_PAYLOAD data.kind"),
        ("conversation:create", #"{"kind":"group"}"#, "MISSING_FIELD data.memberIds"),
        ("conversation:create", #"{"kind":"group","memberIds":"a"}"#, "INVALID_PAYLOAD data.memberIds"),
        (
            "conversation:create", #"{"kind":"group","memberIds":["a","b","c",".."]}"#,
            "INVALID_PAYLOAD data.memberIds[3]"
        ),
        ("conversation:create", #"{"kind":"direct","memberIds":[]}"#, "INVALID_PAYLOAD data.memberIds"),
        ("conversation:create", #"{"kind":"direct","memberIds":["a","b","c"]}"#, "INVALID_PAYLOAD data.memberIds"),
        ("conversation:create", #"{"kind":"group","memberIds":[],"name":5}"#, "INVALID_PAYLOAD data.name"),
        (
            "conversation:create", #"{"kind":"group","memberIds":[],"visibility":"open"}"#,
            "INVALID_PAYLOAD data.visibility"
        ),
        ("conversation:create", #"{"kind":"group","memberIds":[],"metadata":1}"#, "INVALID_PAYLOAD data.metadata"),
        ("conversation:leave", #"{"membership":1}"#, "INVALID_PAYLOAD data.membership"),
        ("conversation:list", #"{"cursor":5}"#, "INVALID_PAYLOAD data.cursor"),
        ("conversation:list", #"{"limit":0}"#, "INVALID_PAYLOAD data.limit"),
        ("conversation:invite", "{}", "MISSING_FIELD data.userIds"),
        ("conversation:invite", #"{"userIds":[]}"#, "INVALID_PAYLOAD data.userIds"),
        ("conversation:invite", #"{"userIds":["a",""]}"#, "INVALID_PAYLOAD data.userIds[1]"),
        ("conversation:invite", #"{"userIds":["a"],"role":"guest"}"#, "INVALID_PAYLOAD data.role"),
        ("conversation:remove", "{}", "MISSING_FIELD data.userId"),
        ("conversation:remove", #"{"userId":"a b"}"#, "INVALID_PAYLOAD data.userId"),
        ("conversation:remove", #"{"userId":"a","ban":"yes"}"#, "INVALID_PAYLOAD data.ban"),
        ("conversation:remove", #"{"userId":"a","until":"soon"}"#, "INVALID_PAYLOAD data.until"),
        ("conversation:role", #"{"role":"owner"}"#, "MISSING_FIELD data.userId"),
        ("conversation:role", #"{"userId":"a"}"#, "MISSING_FIELD data.role"),
        ("conversation:role", #"{"userId":"a","role":"admin"}"#, "INVALID_PAYLOAD data.role"),
        ("conversation:role", #"{"userId":"a","mutedUntil":-1}"#, "INVALID_PAYLOAD data.mutedUntil"),
        ("session:auth", "{}", "MISSING_FIELD data.token"),
        ("session:auth", #"{"token":5}"#, "INVALID_PAYLOAD data.token"),
        ("session:auth", #"{"token":"t","echo":1}"#, "INVALID_PAYLOAD data.echo"),
        ("session:auth", #"{"token":"t","inbox":"no"}"#, "INVALID_PAYLOAD data.inbox"),
        ("session:auth", #"{"token":"t","version":"1"}"#, "INVALID_PAYLOAD data.version version"),
        ("session:refresh", #"{"token":null}"#, "MISSING_FIELD data.token"),
    ])
    func `a wrong field is named`(type: String, data: String, expected: String) {
        #expect(refusal(of: frame(type, data)) == expected)
    }

    @Test(arguments: [
        "message:send", "message:history", "typing:start", "typing:stop", "conversation:join", "conversation:leave",
        "conversation:members", "conversation:invite", "conversation:remove", "conversation:role",
    ])
    func `an event that needs a conversation says so (R7)`(type: String) {
        #expect(refusal(of: frame(type, "{}", conversation: nil)) == "MISSING_FIELD conversationId")
        #expect(refusal(of: #"{"id":"f","type":"\#(type)"}"#) == "MISSING_FIELD conversationId")
    }

    @Test func `where a message names the conversation it may be left out (R7)`() throws {
        let text = frame("message:delete", #"{"messageId":"m"}"#, conversation: nil)
        #expect(try decode(text) == .messageDelete(MessageDelete(messageID: "m", conversationID: nil, reason: nil)))
    }

    @Test func `names count characters, reasons bytes`() {
        func create(_ name: String) -> String {
            frame("conversation:create", #"{"kind":"group","memberIds":[],"name":"\#(name)"}"#)
        }
        let accented = "e\u{301}"
        #expect(refusal(of: create(String(repeating: "😀", count: 128))) == nil)
        #expect(refusal(of: create(String(repeating: accented, count: 64))) == nil)
        #expect(refusal(of: create(String(repeating: accented, count: 65))) == "INVALID_PAYLOAD data.name too_large")
        func delete(_ reason: String) -> String {
            frame("message:delete", #"{"messageId":"m","reason":"\#(reason)"}"#)
        }
        #expect(refusal(of: delete(letters(512))) == nil)
        #expect(refusal(of: delete(letters(511) + "é")) == "INVALID_PAYLOAD data.reason too_large")
    }

    @Test func `five hundred users are invited at once and no more`() {
        func invite(_ count: Int) -> String {
            frame("conversation:invite", #"{"userIds":[\#((0..<count).map { "\"u\($0)\"" }.joined(separator: ","))]}"#)
        }
        #expect(refusal(of: invite(500)) == nil)
        #expect(refusal(of: invite(501)) == "INVALID_PAYLOAD data.userIds too_many")
    }

    @Test(
        arguments: [
            ("1", 1), ("1.0", 1), ("1.7E12", 1_700_000_000_000), ("1700e-2", 17), ("0.00001e5", 1), ("-0", 0),
            ("-0.0", 0),
            ("0e99999", 0), ("9007199254740991", 9_007_199_254_740_991),
            ("9007199254740991.000", 9_007_199_254_740_991),
            ("900719925474099100e-2", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
            ("9007199254740992", nil), ("-9007199254740992", nil), ("0.1", nil), ("1e-1", nil), ("1.7", nil),
            ("1e16", nil),
            ("9223372036854775808", nil), ("99999999999999999999999999", nil), ("1e308", nil), ("1e-99999", nil),
            ("123456789012345", 123_456_789_012_345), ("0.000000000000000000000000000000000000000000000001e48", 1),
        ] as [(String, Int64?)]
    )
    func `a number with an integral value is an integer in any spelling (R78)`(text: String, value: Int64?) throws {
        let text = frame("message:edit", #"{"messageId":"m","content":"a","ifVersion":\#(text)}"#)
        guard let value else {
            #expect(refusal(of: text) == "INVALID_PAYLOAD data.ifVersion number")
            return
        }
        let edit = MessageEdit(messageID: "m", conversationID: "c", content: "a", ifVersion: value)
        #expect(try decode(text) == .messageEdit(edit))
    }
}
