import CAASClient
import CAASProtocol
import Chat
import Testing

@testable import Gateway

@Suite("What is asked without a connection, over real sockets, R16, R31, R59, R70", .timeLimit(.minutes(1)))
struct CallerEventsTests {
    @Test func `a user's connections see what it does without one, and the end of a conversation`() async throws {
        try await withAlice { gateway, connection, alice in
            var events = connection.events.makeAsyncIterator()
            let room = try #require(ConversationID("room"))
            let creation = ConversationCreate(kind: .group, memberIDs: [], conversationID: room)
            guard case .success = await gateway.perform(.create(creation), as: alice, frame: try frame("c1")) else {
                throw Unexpected()
            }
            #expect(try await events.next()?.type == "conversation:updated")
            let message = MessageSend(conversationID: room, body: MessageBody(content: "hi"))
            let sent = await gateway.perform(
                .send(message, hash: message.contentHash),
                as: alice,
                frame: try frame("m1")
            )
            guard case .success(_, .sent(let id, 1, 1, false)) = sent else { throw Unexpected() }
            let new = try await events.next()
            #expect(new?.type == "message:new")
            #expect(new?.data.map { text($0).contains(id.rawValue) } == true)
            let change = ConversationUpdate(conversationID: room, name: .set("Crew"))
            _ = await gateway.perform(.update(change), as: alice, frame: try frame("u1"))
            #expect(try await events.next()?.type == "conversation:updated")
            _ = await gateway.perform(.removeConversation(room), as: alice, frame: try frame("d1"))
            let removed = try await events.next()
            #expect(removed?.type == "conversation:removed")
            #expect(removed?.data.map { text($0).contains(#""reason":"deleted""#) } == true)
            let error = await #expect(throws: CAASError.self) {
                try await connection.send(
                    "message:send",
                    conversation: room,
                    data: JSONFragment(parsing: #"{"content":"?"}"#)
                )
            }
            #expect(error?.code == "NOT_FOUND")
        }
    }

    @Test func `connections are listed under the ids that they know, and end when they are sent away`() async throws {
        try await withAlice { gateway, connection, alice in
            var events = connection.events.makeAsyncIterator()
            let list = await gateway.perform(.connections(alice.user.user), as: alice, frame: try frame("l1"))
            guard case .success(_, .connections(let connections)) = list else { throw Unexpected() }
            #expect(connections.map(\.transport) == ["websocket"])
            #expect(connection.session.data.map { text($0).contains(connections.first?.id ?? "none") } == true)
            let end = ChatRequest.Command.disconnectUser(alice.user.user, connection: connections.first?.id)
            _ = await gateway.perform(end, as: alice, frame: try frame("e1"))
            let error = try await events.next()
            #expect(error?.type == "error")
            #expect(error?.data.map { text($0).contains(#""reason":"disconnected""#) } == true)
            await #expect(throws: (any Error).self) { while try await events.next() != nil {} }
        }
    }

    @Test func `a deleted user's connections end`() async throws {
        try await withAlice { gateway, connection, alice in
            var events = connection.events.makeAsyncIterator()
            let admin = try #require(Actor.key("k1", tenant: alice.user.tenant, scopes: [.admin], asUser: nil))
            let answer = await gateway.perform(.removeUser(alice.user.user), as: admin, frame: try frame("d1"))
            #expect(answer == .success(timestamp: LiveGateway.now, .changed(offset: nil, duplicate: false)))
            let error = try await events.next()
            #expect(error?.data.map { text($0).contains(#""reason":"user_removed""#) } == true)
            await #expect(throws: (any Error).self) { while try await events.next() != nil {} }
        }
    }

    // MARK: Parts

    private struct Unexpected: Error {}

    private func frame(_ id: String) throws -> FrameID { try #require(FrameID(id)) }
    private func text(_ json: JSONFragment) -> String { String(decoding: json.utf8, as: UTF8.self) }

    /// Runs a gateway with one connection of alice, and her as a caller without one.
    private func withAlice(_ body: (Gateway, CAASConnection, Actor) async throws -> Void) async throws {
        try await LiveGateway.run { live in
            let connection = try await live.connect("alice")
            let user = UserKey(tenant: live.tenant, user: try #require(UserID("alice")))
            try await body(live.gateway, connection, .user(user, scopes: .standard))
            await connection.close()
        }
    }
}
