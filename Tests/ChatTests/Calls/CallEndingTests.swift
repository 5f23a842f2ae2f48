import CAASProtocol
import Testing

@testable import Chat

@Suite("Answering, rejecting and ending calls, R39, R40, R43, R49") struct CallEndingTests {
    private let scene: CallScene
    private var chat: Transcript { scene.chat }
    private var alice: Actor { scene.alice }
    private var phone: Actor { scene.phone }
    private var tablet: Actor { scene.tablet }

    init() throws { scene = try CallScene() }

    @Test func `the first device that answers is in the call, and the others stop ringing`() throws {
        let call = try scene.call()
        let laptop = try chat.connect("alice")
        let deliveries = try chat.say(phone, .call(.answer(.to(call))))
        let answered = "answered bob \(phone.session?.deviceID ?? "")"
        #expect(scene.told(deliveries) == [[answered], [answered], ["ended answered_elsewhere 0"]])
        #expect(deliveries.told(to: laptop) == [answered])
        #expect(try chat.reason(tablet, .answer(.to(call))) == "ALREADY_EXISTS answered_elsewhere")
        #expect(try chat.reason(tablet, .reject(.to(call))) == "ALREADY_EXISTS answered_elsewhere")
        #expect(try chat.reason(phone, .reject(.to(call))) == "ALREADY_EXISTS answered")
        #expect(try chat.standing(phone, .answer(.to(call))).isDuplicate)
    }

    @Test func `two answers of one batch have one winner`() throws {
        let call = try scene.call()
        let requests = try [tablet, phone].map { try chat.request($0, .call(.answer(.to(call)))) }
        let deliveries = chat.process(requests)
        let isAnswered = [tablet, phone].map { actor in
            deliveries.answers(to: actor).map { if case .success = $0 { true } else { false } }
        }
        #expect(isAnswered == [[true], [false]])
    }

    @Test func `an end and an answer of one batch agree, whichever comes first`() throws {
        let first = try scene.call()
        let cancelled = chat.process([
            try chat.request(alice, .call(.end(.to(first)))), try chat.request(phone, .call(.answer(.to(first)))),
        ])
        #expect(scene.told(cancelled) == Array(repeating: ["ended cancelled 0"], count: 3))
        #expect(cancelled.answers(to: phone).failures == ["NOT_FOUND call_ended"])
        let second = try scene.call()
        let hungUp = chat.process([
            try chat.request(phone, .call(.answer(.to(second)))), try chat.request(alice, .call(.end(.to(second)))),
        ])
        #expect(hungUp.told(to: alice).last == "ended hangup 0")
        #expect(hungUp.told(to: tablet) == ["ended answered_elsewhere 0", "ended hangup 0"])
    }

    @Test func `one device rejects for all`() throws {
        let call = try scene.call()
        let deliveries = try chat.say(tablet, .call(.reject(.to(call))))
        #expect(scene.told(deliveries) == Array(repeating: ["ended rejected 0"], count: 3))
        #expect(deliveries.callMessages.count == 1)
        // A repeated reject of the same user is none.
        #expect(try chat.standing(phone, .reject(.to(call))).isDuplicate)
        #expect(try chat.reason(phone, .answer(.to(call))) == "NOT_FOUND call_ended")
        #expect(try chat.standing(alice, .end(.to(call))).isDuplicate)
    }

    @Test(arguments: [true, false]) func `either side hangs up, on any device`(byCaller: Bool) throws {
        let call = try scene.talk()
        _ = chat.wait(.milliseconds(61_234))
        let deliveries = try chat.say(byCaller ? alice : tablet, .call(.end(.to(call))))
        #expect(scene.told(deliveries) == Array(repeating: ["ended hangup 61234"], count: 3))
        guard case .callEnded(let ended) = deliveries.directEvents(to: alice).last else {
            throw Unexpected(what: "no end")
        }
        #expect(ended.endedBy?.rawValue == (byCaller ? "alice" : "bob"))
        let again = try chat.standing(phone, .end(.to(call)))
        #expect(again.isDuplicate && again.duration == 61_234 && again.reason == .hangup)
    }

    @Test func `the caller cancels, the callee's end of what rings is a rejection`() throws {
        let first = try scene.call()
        #expect(try chat.say(alice, .call(.end(.to(first)))).told(to: phone) == ["ended cancelled 0"])
        let second = try scene.call()
        #expect(try chat.say(phone, .call(.end(.to(second)))).told(to: alice) == ["ended rejected 0"])
    }

    @Test func `a call is over after eight hours`() throws {
        _ = try scene.talk()
        #expect(chat.wait(.seconds(28_799)).told(to: alice) == [])
        #expect(scene.told(chat.wait(.seconds(1))) == Array(repeating: ["ended max_duration 28800000"], count: 3))
    }

    @Test func `strangers and the wrong side are refused`() throws {
        let call = try scene.call()
        let eve = try chat.connect("eve")
        for command: CallCommand in [.answer(.to(call)), .reject(.to(call)), .end(.to(call)), .ice(.to(call))] {
            #expect(try chat.reason(eve, command) == "FORBIDDEN not_participant")
        }
        #expect(try chat.reason(alice, .answer(.to(call))) == "FORBIDDEN not_callee")
        #expect(try chat.reason(alice, .reject(.to(call))) == "FORBIDDEN not_callee")
    }

    @Test func `what is no call of the tenant's is not found`() throws {
        let call = try scene.call()
        let unknown = try #require(CallID("none"))
        let zed = try chat.connect("bob", tenant: "other")
        let elsewhere = CallReference(callID: call, conversationID: try .named("room"))
        #expect(try chat.reason(phone, .answer(.to(unknown))) == "NOT_FOUND call")
        #expect(try chat.reason(zed, .answer(.to(call))) == "NOT_FOUND call")
        #expect(try chat.reason(phone, .answer(elsewhere)) == "NOT_FOUND call")
    }

    @Test func `after a day nobody knows the call any more`() throws {
        let call = try scene.call()
        _ = try chat.say(alice, .call(.end(.to(call))))
        _ = chat.wait(.seconds(86_000))
        #expect(try chat.reason(phone, .answer(.to(call))) == "NOT_FOUND call_ended")
        _ = chat.wait(.seconds(1_001))
        #expect(try chat.reason(phone, .answer(.to(call))) == "NOT_FOUND call")
    }

    @Test func `every call has one entry, which says how it went`() throws {
        let first = try scene.talk()
        _ = chat.wait(.milliseconds(1_500))
        let deliveries = try chat.say(phone, .call(.end(.to(first))))
        // Also to the connection that ended it: its answer names no place.
        let audiences = deliveries.compactMap { delivery -> [ConnectionID]? in
            if case .event(_, .messageNew, to: .readers, let except) = delivery { except } else { nil }
        }
        #expect(audiences == [[]])
        _ = try chat.standing(alice, .end(.to(first)))
        let metadata = #"{"callId":"\#(first)","callType":"audio","callerId":"alice","reason":"hangup","#
        #expect(try chat.entries(alice, "bob") == [metadata + #""duration":1500,"endedBy":"bob"}"#])
        let message = try #require(deliveries.callMessages.first)
        #expect(message.seq == 1 && message.offset == 1 && message.senderID.rawValue == "alice")
        let edit = MessageEdit(messageID: message.id, conversationID: nil, content: "never called", ifVersion: nil)
        #expect(try chat.refusal(alice, .edit(edit)).reason == "system")
    }

    @Test func `a call whose conversation is gone ends without an entry`() throws {
        let standing = try chat.standing(alice, .initiate(CallInitiate(targetUserID: .named("bob"), type: .audio)))
        // As a store may have it that somebody else has written.
        let key = ConversationKey(tenant: alice.user.tenant, conversation: standing.conversationID)
        try chat.storage.write { store in try store.remove(try #require(try store.conversation(key))) }
        let deliveries = try chat.say(phone, .call(.reject(.to(standing.callID))))
        #expect(scene.told(deliveries) == Array(repeating: ["ended rejected 0"], count: 3))
        #expect(deliveries.callMessages.isEmpty)
    }
}

extension [Acknowledgement] {
    /// The refusals among them, code and reason.
    var failures: [String] {
        compactMap { if case .failure(let error) = $0 { "\(error.code.rawValue) \(error.reason ?? "-")" } else { nil } }
    }
}
