import CAASProtocol
import Testing

@testable import Chat

@Suite("Calls of tenants side by side, R46, R63") struct CallShareTests {
    private static let largest = "\"\(String(repeating: "x", count: 32_766))\""

    /// A call of two whom nobody else knows.
    private func call(_ number: Int, of tenant: String) throws -> LiveCall {
        let record = CallRecord(
            key: CallKey(tenant: try #require(TenantID(tenant)), call: .random()),
            conversation: try .named("c\(number)"),
            caller: try .named("from\(number)"),
            callee: try .named("to\(number)"),
            type: .audio,
            callerDevice: "d",
            startedAt: 0,
            ringsUntil: 45_000
        )
        return LiveCall(record, ringsUntil: .now + .seconds(3_600))
    }

    @Test func `one tenant leaves calls to the others`() throws {
        let chat = Transcript()
        let alice = try chat.connect("alice")
        try chat.befriend(alice, "bob")
        _ = try chat.connect("bob")
        let zoe = try chat.connect("zoe", tenant: "other")
        _ = try chat.connect("yan", tenant: "other")
        try chat.befriend(zoe, "yan")
        for number in 1..<CallTable.limit / 2 { chat.service.calls.put(try call(number, of: "acme")) }
        let last = try chat.call(alice, "bob")
        _ = try chat.standing(alice, .end(.to(last)))
        chat.service.calls.put(try call(0, of: "acme"))
        let error = try chat.refusal(alice, .call(.initiate(CallInitiate(targetUserID: .named("bob"), type: .audio))))
        #expect(error.code == .rateLimited && error.reason == "quota")
        #expect(error.details.contains(.init("scope", .text("tenant"))))
        _ = try chat.call(zoe, "yan")
    }

    @Test func `what waits for a side is 256 KiB at most`() throws {
        let scene = try CallScene()
        let call = try scene.talk()
        _ = try scene.chat.say(scene.phone, .disconnect)
        for _ in 1...8 { _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, Self.largest)))) }
        #expect(try scene.chat.reason(scene.alice, .signal(.offer(call, "1"))) == "UNAVAILABLE peer_away")
        let back = try scene.chat.newcomer("bob", device: scene.phone.session?.deviceID)
        #expect(try scene.chat.say(back, .connect).told(to: back).count == 9)
        // What has been handed on waits no more.
        _ = try scene.chat.say(back, .disconnect)
        _ = try scene.chat.outcome(scene.alice, .call(.signal(.offer(call, "1"))))
    }

    @Test func `signals that wait for one tenant leave room for those of the others`() throws {
        var calls = CallTable()
        let (acme, other) = (try #require(TenantID("acme")), try #require(TenantID("other")))
        let signal = CallSignalled(
            callID: .random(),
            from: try .named("alice"),
            kind: .app,
            payload: JSONFragment(checked: Array(Self.largest.utf8))
        )
        let full = CallTable.heldBytesLimit / 2 / LiveCall.heldBytesLimit
        for number in 0..<full {
            #expect(calls.hasRoom(for: LiveCall.heldBytesLimit, of: acme))
            var call = try call(number, of: "acme")
            let held = LiveCall.HeldSignal(signal: signal, since: .now)
            call.callee.held = Array(repeating: held, count: LiveCall.heldBytesLimit / 32_768)
            calls.put(call)
        }
        #expect(calls.heldBytes == CallTable.heldBytesLimit / 2)
        #expect(!calls.hasRoom(for: 1, of: acme))
        #expect(calls.hasRoom(for: CallTable.heldBytesLimit / 2, of: other))
        for call in calls.all { calls.remove(call.record.key) }
        #expect(calls.heldBytes == 0 && calls.hasRoom(for: CallTable.heldBytesLimit, of: acme))
    }

    @Test func `a transaction that fails gives back what it took`() throws {
        var calls = CallTable()
        let acme = try #require(TenantID("acme"))
        calls.beginTransaction()
        for number in 0..<CallTable.limit / 2 { calls.put(try call(number, of: "acme")) }
        #expect(!calls.hasRoom(for: acme))
        calls.rollBackTransaction()
        #expect(calls.hasRoom(for: acme) && calls.count == 0)
    }
}
