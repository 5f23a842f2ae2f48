import CAASProtocol
import Synchronization
import Testing

@testable import Chat

@Suite("Calls while the store fails, R39, R48") struct CallFailureTests {
    private let storage = FailingStorage()
    private let chat = Transcript()
    private var service: ChatService
    private let alice: Actor
    private let bob: Actor
    private let start = ContinuousClock.now

    init() throws {
        service = ChatService(storage: storage)
        (alice, bob) = (try chat.newcomer("alice"), try chat.newcomer("bob"))
        let pair = ConversationCreate(kind: .direct, memberIDs: [bob.user.user])
        for (actor, command) in [(alice, .connect), (bob, .connect), (alice, .create(pair))]
            as [(
                Actor, ChatRequest.Command
            )]
        {
            _ = try say(actor, command)
        }
    }

    private func say(_ actor: Actor, _ command: ChatRequest.Command) throws -> [Delivery] {
        service.process([try chat.request(actor, command)], now: start, time: 1_000)
    }

    private func wait(until seconds: Int) -> [Delivery] {
        service.tick(now: start + .seconds(seconds), time: Int64(1_000 + seconds * 1_000))
    }

    private func call() throws -> CallID {
        let request = CallInitiate(targetUserID: bob.user.user, type: .audio)
        let answer = try say(alice, .call(.initiate(request))).answers(to: alice).first
        guard case .success(_, .call(let standing)) = answer else {
            throw Unexpected(what: "\(String(describing: answer))")
        }
        return standing.callID
    }

    @Test func `an answer that is not stored has not happened`() throws {
        let call = try call()
        storage.error.withLock { $0 = .full }
        let refused = try say(bob, .call(.answer(.to(call))))
        #expect(refused.answers(to: bob).failures == ["UNAVAILABLE storage_full"])
        #expect(refused.told(to: alice) == [] && refused.told(to: bob) == [])
        storage.error.withLock { $0 = nil }
        let answered = try say(bob, .call(.answer(.to(call))))
        #expect(answered.told(to: alice).count == 1)
        #expect(try say(alice, .call(.end(.to(call)))).told(to: bob) == ["ended hangup 0"])
    }

    @Test func `a call that is not stored leaves both free`() throws {
        storage.error.withLock { $0 = .full }
        #expect(throws: Unexpected.self) { try call() }
        storage.error.withLock { $0 = nil }
        _ = try call()
    }

    @Test func `an end that the time brings waits for the store`() throws {
        _ = try call()
        storage.error.withLock { $0 = .full }
        #expect(wait(until: 45).told(to: alice) == [])
        #expect(wait(until: 46).told(to: alice) == [])
        storage.error.withLock { $0 = nil }
        #expect(wait(until: 49).told(to: alice) == [])
        #expect(wait(until: 50).told(to: alice) == ["ended missed 0"])
    }

    @Test func `a loss that the store could not take down is found`() throws {
        let call = try call()
        _ = try say(bob, .call(.answer(.to(call))))
        _ = wait(until: 1)
        storage.error.withLock { $0 = .full }
        _ = try say(bob, .goodbye)
        storage.error.withLock { $0 = nil }
        _ = wait(until: 6)
        #expect(wait(until: 36).told(to: alice).last == "ended connection_lost 6000")
    }

    // MARK: Calls of an earlier process that cannot be read

    /// Another process on the same store, which cannot read at first.
    private mutating func restartBlindly() {
        service = ChatService(storage: storage)
        storage.readError.withLock { $0 = .failed("blind") }
    }

    private func admin() throws -> Actor {
        try #require(Actor.key("k", tenant: alice.user.tenant, scopes: .admin, asUser: nil))
    }

    private func conversation() throws -> ConversationID {
        let pair = try storage.read {
            try $0.directConversation(tenant: alice.user.tenant, alice.user.user, bob.user.user)
        }
        return try #require(pair).key.conversation
    }

    private func liveCalls() throws -> Int { try storage.read { try $0.liveCalls() }.count }

    @Test(arguments: ["user", "conversation"])
    mutating func `nothing that a call belongs to goes before the calls are known`(what: String) throws {
        let call = try call()
        _ = try say(bob, .call(.answer(.to(call))))
        let removal =
            what == "user" ? .removeUser(bob.user.user) : ChatRequest.Command.removeConversation(try conversation())
        restartBlindly()
        _ = try say(alice, .connect)
        let admin = try admin()
        #expect(try say(admin, removal).answers(to: admin).failures == ["UNAVAILABLE storage"])
        storage.readError.withLock { $0 = nil }
        #expect(try liveCalls() == 1)
        let deliveries = try say(admin, removal)
        #expect(deliveries.answers(to: admin).failures == [])
        #expect(deliveries.told(to: alice) == ["ended connection_lost 0"])
        #expect(try liveCalls() == 0)
    }

    @Test mutating func `who may not remove is told so all the same, and groups have no calls`() throws {
        let room = ConversationCreate(kind: .group, memberIDs: [], conversationID: try .named("room"))
        _ = try say(alice, .create(room))
        restartBlindly()
        _ = try say(alice, .connect)
        #expect(try say(alice, .removeUser(bob.user.user)).answers(to: alice).failures == ["FORBIDDEN scope"])
        #expect(try say(alice, .removeConversation(.named("room"))).answers(to: alice).failures == [])
    }
}
