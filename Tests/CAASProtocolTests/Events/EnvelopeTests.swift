import CAASProtocol
import Testing

@Suite("The envelope, design §1")
struct EnvelopeTests {
    @Test func `a frame says who, what, where and when`() throws {
        let frame = try scan(
            #"{"id":"msg_abc123","type":"message:send","version":1,"timestamp":1705654321000,"#
                + #""tenantId":"acme","conversationId":"conv_xyz","data":{"content":"Hello!"},"ack":true}"#,
            tenant: "acme"
        )
        #expect(frame.id == "msg_abc123")
        #expect(frame.type == .messageSend)
        #expect(frame.conversationID == "conv_xyz")
        #expect(frame.tenantID == "acme")
        #expect(frame.clientTimestamp == 1_705_654_321_000)
        #expect(frame.wantsAck)
    }

    @Test func `names and values may be spelled with escapes, in any order, with white space`() throws {
        let frame = try scan(
            " {\n \"\\u0061ck\" : true ,\"data\":{ \"conversation\\u0049d\":\"\\u0063\"}"
                + ", \"ty\\u0070e\":\"typing\\u003Astart\""
                + ", \"id\" : \"\\u0066\"}\n"
        )
        #expect(frame.id == "f")
        #expect(frame.type == .typingStart)
        #expect(frame.conversationID == "c")
        #expect(frame.wantsAck)
    }

    @Test(arguments: [
        // JSON, object
        ("{", "INVALID_PAYLOAD json"), ("[1]", "INVALID_PAYLOAD json"), ("\"text\"", "INVALID_PAYLOAD json"),
        ("", "INVALID_PAYLOAD json"), ("null", "INVALID_PAYLOAD json"), ("\u{FEFF}{}", "INVALID_PAYLOAD json"),
        (#"{"type":1,"type":2}"#, "INVALID_PAYLOAD duplicate_key"),
        (#"{"data":{"content":1,"content":2}}"#, "INVALID_PAYLOAD duplicate_key"),
        (#"{"data":{},"data":{}}"#, "INVALID_PAYLOAD duplicate_key"),
        (#"{"x":1,"x":2}"#, "INVALID_PAYLOAD duplicate_key"),
        (#"{"data":{"y":1,"\u0079":2}}"#, "INVALID_PAYLOAD duplicate_key"),
        // type
        (#"{"version":2}"#, "MISSING_FIELD type"), (#"{"type":null}"#, "MISSING_FIELD type"),
        (#"{"type":5,"version":2}"#, "INVALID_PAYLOAD type"),
        (#"{"type":"message:sent","version":2}"#, "INVALID_PAYLOAD type unknown_type"),
        (#"{"type":"Message:send"}"#, "INVALID_PAYLOAD type unknown_type"),
        (#"{"type":""}"#, "INVALID_PAYLOAD type unknown_type"),
        // version
        (#"{"type":"ping","version":2}"#, "INVALID_PAYLOAD version version"),
        (#"{"type":"ping","version":"1"}"#, "INVALID_PAYLOAD version version"),
        (#"{"type":"ping","version":1.5}"#, "INVALID_PAYLOAD version version"),
        (#"{"type":"ping","version":true}"#, "INVALID_PAYLOAD version version"),
        (#"{"type":"ping","version":{}}"#, "INVALID_PAYLOAD version version"),
        // id
        (#"{"type":"ping","tenantId":"other"}"#, "MISSING_FIELD id"),
        (#"{"type":"ping","id":null}"#, "MISSING_FIELD id"),
        (#"{"type":"ping","id":7,"tenantId":"other"}"#, "INVALID_PAYLOAD id"),
        (#"{"type":"ping","id":"a b"}"#, "INVALID_PAYLOAD id"), (#"{"type":"ping","id":""}"#, "INVALID_PAYLOAD id"),
        // tenantId
        (
            #"{"type":"ping","id":"f","tenantId":"other","conversationId":"a","data":{"conversationId":"b"}}"#,
            "FORBIDDEN tenantId tenant_mismatch"
        ),
        (#"{"type":"ping","id":"f","tenantId":"no id"}"#, "FORBIDDEN tenantId tenant_mismatch"),
        (#"{"type":"ping","id":"f","tenantId":9}"#, "INVALID_PAYLOAD tenantId"),
        // conversation
        (
            #"{"type":"ping","id":"f","conversationId":"a","data":{"conversationId":"b"},"ack":1}"#,
            "INVALID_PAYLOAD conversationId conversation_mismatch"
        ),
        (#"{"type":"ping","id":"f","conversationId":"a b"}"#, "INVALID_PAYLOAD conversationId"),
        (#"{"type":"ping","id":"f","conversationId":".."}"#, "INVALID_PAYLOAD conversationId"),
        (#"{"type":"ping","id":"f","data":{"conversationId":4}}"#, "INVALID_PAYLOAD data.conversationId"),
        // the rest
        (#"{"type":"ping","id":"f","timestamp":"now","ack":1}"#, "INVALID_PAYLOAD timestamp"),
        (#"{"type":"ping","id":"f","ack":1}"#, "INVALID_PAYLOAD ack"),
        (#"{"type":"ping","id":"f","ack":"true"}"#, "INVALID_PAYLOAD ack"),
        (#"{"type":"typing:start","id":"f","data":[]}"#, "INVALID_PAYLOAD data"),
        (#"{"type":"typing:start","id":"f","data":"c"}"#, "INVALID_PAYLOAD data"),
    ])
    func `the first failure of R1's order answers`(text: String, expected: String) {
        #expect(refusal(of: text, tenant: "acme") == expected)
    }

    @Test(arguments: ["", #","version":null"#, #","version":1"#, #","version":1.0"#, #","version":10e-1"#])
    func `version 1 goes without saying`(version: String) {
        #expect(refusal(of: #"{"type":"ping","id":"f"\#(version)}"#) == nil)
    }

    @Test func `another version is told which one there is`() {
        #expect(throws: FrameRefusal.self) { try scan(#"{"id":"f","type":"ping","version":2}"#) }
        do throws(FrameRefusal) {
            _ = try scan(#"{"id":"f","type":"ping","version":2}"#)
        } catch {
            #expect(error.error.details == [.init("supported", .integers([1]))])
            #expect(error.replyTo == "f")
        }
    }

    @Test(
        arguments: [
            ("1705654321000", 1_705_654_321_000), ("1.7E12", 1_700_000_000_000), ("1.0", 1), ("-5", -5), ("0", 0),
            ("9007199254740991", 9_007_199_254_740_991), ("9007199254740992", nil), ("1.5", nil), ("1e99", nil),
            ("null", nil), ("1e-99999", nil), ("18446744073709551616", nil),
        ] as [(String, Int64?)]
    )
    func `any number is a timestamp, only an integer is kept (R4)`(text: String, kept: Int64?) throws {
        #expect(try scan(#"{"id":"f","type":"ping","timestamp":\#(text)}"#).clientTimestamp == kept)
    }

    @Test(arguments: [
        #"{"conversationId":"c"}"#, #"{"data":{"conversationId":"c"}}"#,
        #"{"conversationId":"c","data":{"conversationId":"c"}}"#,
        #"{"conversationId":null,"data":{"conversationId":"c"}}"#,
        #"{"conversationId":"\u0063","data":{"conversationId":"c"}}"#,
    ])
    func `the conversation stands in the frame or in the data (R7)`(place: String) throws {
        let frame = try scan(#"{"id":"f","type":"typing:stop","# + place.dropFirst())
        #expect(frame.conversationID == "c")
    }

    @Test func `unknown members are nobody's business (R6)`() {
        #expect(
            refusal(of: #"{"id":"f","type":"ping","x":{"y":[1,{}]},"data":{"z":null,"id":5,"ack":"no"},"senderId":3}"#)
                == nil
        )
    }

    @Test func `replyTo of the wrong kind matters only where it is used (R8)`() {
        #expect(refusal(of: #"{"id":"f","type":"typing:start","conversationId":"c","replyTo":5}"#) == nil)
    }

    @Test func `every type of the tables is known, and what is not built is not looked at`() throws {
        let built: Set<ClientEventType> = [
            .messageSend, .messageEdit, .messageDelete, .messageHistory, .typingStart, .typingStop, .conversationCreate,
            .conversationJoin, .conversationLeave, .conversationList, .conversationMembers, .conversationInvite,
            .conversationRemove, .conversationRole, .conversationUpdate, .sessionAuth, .sessionRefresh, .ping,
            .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe,
            .callInitiate, .callAnswer, .callReject, .callEnd, .callSignal, .callICE,
            .eventSend, .userBlock, .mediaSubscribe, .mediaUnsubscribe,
            .fileBegin, .fileResume,
        ]
        #expect(ClientEventType.built == built)
        for type in ClientEventType.allCases {
            let text = #"{"id":"f","type":"\#(type.rawValue)","data":7}"#
            if built.contains(type) {
                #expect(try scan(text).type == type)
            } else {
                #expect(try decode(text) == .notYet(type))
            }
        }
    }
}
