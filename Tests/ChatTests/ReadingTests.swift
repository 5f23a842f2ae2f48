import CAASProtocol
import Testing

@testable import Chat

@Suite("Reading, R22") struct ReadingTests {
    private let chat = Transcript()

    private func bytes(of answer: Acknowledgement) -> Int {
        var text: [UInt8] = []
        answer.encode(into: &text)
        return text.count
    }

    @Test(arguments: ["x", "\"", "\u{1}", "\u{1F600}"])
    func `an answer stops at 256 KiB whatever its messages are made of`(character: String) throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for _ in 0..<40 {
            _ = try chat.outcome(
                alice,
                sending(String(repeating: character, count: 16_000 / character.utf8.count), to: "room")
            )
        }
        let answer = try chat.read(alice, .history(MessageHistory(conversationID: .named("room"), limit: 100)))
        #expect(bytes(of: answer) <= 256 * 1024)
        guard case .success(_, .history(let messages, hasMore: true)) = answer else {
            throw Unexpected(what: "\(answer)")
        }
        #expect(messages.last?.seq == 40)
        #expect(messages.map(\.seq) == Array((messages.first?.seq ?? 0)...40))
    }

    @Test func `pages forward and backward meet without a hole`() throws {
        let alice = try chat.connect("alice")
        _ = try chat.outcome(alice, .join(.named("room")))
        for number in 1...25 { _ = try chat.outcome(alice, sending("\(number)", to: "room")) }
        func page(_ position: MessageHistory.Position) throws -> (seqs: [Int64], hasMore: Bool) {
            let request = MessageHistory(conversationID: try .named("room"), position: position, limit: 10)
            guard case .success(_, .history(let messages, let hasMore)) = try chat.read(alice, .history(request)) else {
                throw Unexpected(what: "no page")
            }
            return (messages.map(\.seq), hasMore)
        }
        #expect(try page(.latest) == (Array(16...25), true))
        #expect(try page(.before(seq: 16)) == (Array(6...15), true))
        #expect(try page(.before(seq: 6)) == (Array(1...5), false))
        #expect(try page(.after(seq: 15)) == (Array(16...25), false))
        #expect(try page(.after(seq: 0)) == (Array(1...10), true))
        #expect(try page(.after(seq: 25)) == ([], false))
    }

    @Test func `a member list stops at 256 KiB and goes on from its cursor`() throws {
        let owner = try chat.connect("owner")
        let members = try (0..<90).map { try UserID.named("member\($0)") }
        _ = try chat.outcome(
            owner,
            .create(ConversationCreate(kind: .group, memberIDs: members, conversationID: .named("room")))
        )
        let name = String(repeating: "\u{1}", count: 1_000)
        try chat.storage.write { store in
            for user in members {
                try store.put(
                    UserRecord(key: UserKey(tenant: owner.user.tenant, user: user), name: name, avatarURL: nil)
                )
            }
        }
        var cursor: String?
        var seen: [UserID] = []
        repeat {
            let page = Page(cursor: cursor, limit: 100)
            let answer = try chat.read(owner, .members(ConversationMembers(conversationID: .named("room"), page: page)))
            #expect(bytes(of: answer) <= 256 * 1024)
            guard case .success(_, .members(let rows, let next)) = answer else { throw Unexpected(what: "\(answer)") }
            seen += rows.map(\.userID)
            cursor = next
        } while cursor != nil
        #expect(Set(seen) == Set(members + [owner.user.user]))
        #expect(seen.count == 91)
    }

    @Test func `a name in another spelling of the same letters is another name`() throws {
        let alice = try chat.connect("alice")
        for name in ["Jos\u{E9}", "Jose\u{301}"] {
            let again = Actor(connection: ConnectionID(loop: 0, number: 90), user: alice.user, name: name)
            _ = try chat.say(again, .connect)
            let known = try chat.storage.read { try $0.user(alice.user)?.name }
            #expect(known?.utf8.elementsEqual(name.utf8) == true)
        }
    }
}
