import CAASProtocol
import TestSupport
import Testing

@testable import Chat

@Suite("Blocking, whatever happens, R77") struct BlockPropertyTests {
    private struct Block: Hashable {
        let blocker: String
        let blocked: String
    }

    private static let names = ["alice", "bob", "carol"]

    /// The id of the direct conversation of two, whoever makes it.
    private func pair(_ one: String, _ other: String) -> String { [one, other].sorted().joined(separator: "-") }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `nothing of a hidden conversation reaches the blocker, and everything else everybody`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let chat = Transcript()
        var ears = Ears()
        var here: [Actor] = []
        var blocks: Set<Block> = []
        var made: Set<String> = []
        var (closed, sent) = (0, 0)

        func connect(_ name: String) throws {
            let actor = try chat.newcomer(name)
            _ = ears.hear(try chat.say(actor, .connect))
            here.append(actor)
        }
        for name in Self.names { for _ in 0..<2 { try connect(name) } }

        for step in 0..<400 {
            let place = Comment(rawValue: "seed \(seed), step \(step)")
            let actor = try #require(here.randomElement(using: &random))
            let name = actor.user.user.rawValue
            let other = try #require(Self.names.filter { $0 != name }.randomElement(using: &random))
            let id = pair(name, other)
            let isMine = blocks.contains(Block(blocker: name, blocked: other))
            let isTheirs = blocks.contains(Block(blocker: other, blocked: name))

            /// Asks; whoever has blocked is refused, and everybody else is not.
            func ask(_ command: ChatRequest.Command) throws -> [Ears.Heard] {
                let deliveries = try chat.say(actor, command)
                switch deliveries.answers(to: actor).first {
                case .success: #expect(!isMine, place)
                case .failure(let error):
                    closed += 1
                    #expect(isMine && error.code == .forbidden && error.reason == "blocked", place)
                case nil: Issue.record("no answer", sourceLocation: #_sourceLocation)
                }
                return ears.hear(deliveries)
            }

            var heard: [Ears.Heard] = []
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<2:
                let on = Int.random(in: 0..<3, using: &random) > 0
                heard = ears.hear(try chat.say(actor, .block(other, on: on)))
                // This tells the blocker's own devices, and nobody else.
                #expect(heard.allSatisfy { chat.service.audience.user(of: $0.connection) == actor.user }, place)
                if on {
                    blocks.insert(Block(blocker: name, blocked: other))
                } else {
                    blocks.remove(Block(blocker: name, blocked: other))
                }
                heard = []
            case 2:
                heard = try ask(.create(.direct(id, with: other)))
                if !isMine { made.insert(id) }
            case 3 where made.contains(id): heard = try ask(.join(.named(id)))
            case 4 where made.contains(id): heard = try ask(.typing(.named(id), true))
            case 5:
                heard = ears.hear(try chat.say(actor, Bool.random(using: &random) ? .disconnect : .goodbye))
                here.removeAll { $0.connection == actor.connection }
                try connect(name)
            case 6 where step.isMultiple(of: 7):
                chat.restart()
                ears = Ears()
                here = []
                for name in Self.names { for _ in 0..<2 { try connect(name) } }
            case 7: heard = ears.hear(chat.wait(.seconds(Int.random(in: 1...200, using: &random))))
            case _ where made.contains(id):
                heard = try ask(sending("x", to: id))
                guard !isMine else { break }
                sent += 1
                let due = here.filter { reader in
                    let isPeer = reader.user.user.rawValue == other && !isTheirs
                    return isPeer || reader.user == actor.user && reader.connection != actor.connection
                }
                let readers = heard.filter { $0.event?.type == .messageNew }.map(\.connection)
                #expect(Set(readers) == Set(due.map(\.connection)) && readers.count == due.count, place)
            default: break
            }
            for (connection, conversation, event) in heard {
                guard let hearer = chat.service.audience.user(of: connection)?.user.rawValue,
                    let names = conversation?.conversation.rawValue.split(separator: "-").map(String.init),
                    let peer = names.first(where: { $0 != hearer })
                else { continue }
                #expect(
                    !blocks.contains(Block(blocker: hearer, blocked: peer)),
                    "\(place) \(String(describing: event))"
                )
            }
            guard step.isMultiple(of: 20) else { continue }
            for reader in here {
                let name = reader.user.user.rawValue
                guard case .success(_, .conversations(let list, _)) = try chat.read(reader, .list(Page())) else {
                    throw Unexpected(what: "no list")
                }
                let seen = made.filter { id in
                    id.split(separator: "-").contains { $0 == name }
                        && !blocks.contains { $0.blocker == name && pair($0.blocked, name) == id }
                }
                #expect(Set(list.map(\.conversationID.rawValue)) == seen, place)
            }
        }
        #expect(closed > 5 && sent > 20, "seed \(seed)")
    }
}
