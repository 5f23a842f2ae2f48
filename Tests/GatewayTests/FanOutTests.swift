import CAASProtocol
import Chat
import NIOCore
import Testing
import WebSocketWire

@testable import Gateway

@Suite("Fan-out, R3, R16, R28") struct FanOutTests {
    private static func message(_ id: String, seq: Int64, bytes: Int = 0) throws -> ServerEvent {
        .messageNew(
            Message(
                id: MessageID(.init(handle: 1, seq: seq)),
                conversationID: try #require(ConversationID("room")),
                seq: seq,
                offset: seq,
                senderID: try #require(UserID("alice")),
                clientID: try #require(FrameID(id)),
                createdAt: 1,
                body: MessageBody(content: id + String(repeating: "-", count: bytes))
            )
        )
    }

    private static func ack(_ seq: Int64) -> Acknowledgement {
        .success(
            timestamp: 1,
            .sent(messageID: MessageID(.init(handle: 1, seq: seq)), seq: seq, offset: seq, duplicate: false)
        )
    }

    private let room: ConversationKey

    init() throws {
        room = ConversationKey(
            tenant: try #require(TenantID("acme")),
            conversation: try #require(ConversationID("room"))
        )
    }

    /// A batch of messages of several senders, each followed by its ack, as the service delivers it.
    private func batch(_ senders: [ChatEndpoint], _ rig: Rig, start: Int64 = 1, bytes: Int = 0) throws -> [Delivery] {
        try senders.enumerated().flatMap { place, sender -> [Delivery] in
            let seq = start + Int64(place)
            let frame = try #require(FrameID("m\(seq)"))
            rig.expectAnswer(sender, frame)
            return [
                .event(room, try Self.message("m\(seq)", seq: seq, bytes: bytes), to: .readers, except: [sender.id]),
                .answer(sender.id, frame, Self.ack(seq)),
            ]
        }
    }

    @Test func `a connection that the service ends is told why, in its place, and then closed`() async throws {
        let rig = try await Rig()
        let (alice, bob) = (try rig.connect("alice"), try rig.connect("bob"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([alice, bob].map { .enter(room, $0.id, joined: true) })
        fanOut.deliver([
            .event(room, try Self.message("m1", seq: 1), to: .readers, except: []),
            .close([alice.id], .userRemoved),
            .event(room, try Self.message("m2", seq: 2), to: .readers, except: []),
        ])
        #expect(try rig.sent(to: alice) == ["message:new m1", "error ", "close 4403"])
        #expect(try rig.sent(to: bob) == ["message:new m1", "message:new m2"])
    }

    @Test func `each connection sees offsets in order, its own acks in their places`() async throws {
        let rig = try await Rig()
        let (alice, bob, carol) = (try rig.connect("alice"), try rig.connect("bob"), try rig.connect("carol"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([alice, bob, carol].map { .enter(room, $0.id, joined: true) })
        fanOut.deliver(try batch([alice, bob, alice, alice], rig))
        #expect(try rig.sent(to: alice) == ["ack m1", "message:new m2", "ack m3", "ack m4"])
        #expect(try rig.sent(to: bob) == ["message:new m1", "ack m2", "message:new m3", "message:new m4"])
        #expect(
            try rig.sent(to: carol) == ["message:new m1", "message:new m2", "message:new m3", "message:new m4"]
        )
    }

    @Test func `a sender that does not read gets its acks all the same`() async throws {
        let rig = try await Rig()
        let (alice, bob) = (try rig.connect("alice"), try rig.connect("bob"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([.enter(room, bob.id, joined: true)])
        fanOut.deliver(try batch([alice, alice], rig))
        #expect(try rig.sent(to: alice) == ["ack m1", "ack m2"])
        #expect(try rig.sent(to: bob) == ["message:new m1", "message:new m2"])
    }

    @Test func `whoever enters between two messages gets the second alone, whoever leaves the first`() async throws {
        let rig = try await Rig()
        let (alice, bob, carol) = (try rig.connect("alice"), try rig.connect("bob"), try rig.connect("carol"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([.enter(room, alice.id, joined: true), .enter(room, bob.id, joined: true)])
        var deliveries = try batch([alice], rig)
        deliveries.append(.enter(room, carol.id, joined: true))
        deliveries.append(.exit(room, bob.id))
        fanOut.deliver(deliveries + (try batch([alice], rig, start: 2)))
        #expect(try rig.sent(to: bob) == ["message:new m1"])
        #expect(try rig.sent(to: carol) == ["message:new m2"])
    }

    @Test func `what is ephemeral reaches joined connections only, at its place`() async throws {
        let rig = try await Rig()
        let (alice, bob, carol) = (try rig.connect("alice"), try rig.connect("bob"), try rig.connect("carol"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([
            .enter(room, alice.id, joined: true), .enter(room, bob.id, joined: true),
            .enter(room, carol.id, joined: false),
        ])
        let typing = ServerEvent.typingUpdate(userID: try #require(UserID("alice")), typing: false, expiresAt: nil)
        let first = try batch([alice], rig)
        let second = try batch([alice], rig, start: 2)
        fanOut.deliver(first + [.event(room, typing, to: .joined, except: [alice.id])] + second)
        #expect(try rig.sent(to: bob) == ["message:new m1", "typing:update ", "message:new m2"])
        #expect(try rig.sent(to: carol) == ["message:new m1", "message:new m2"])
        #expect(try rig.sent(to: alice) == ["ack m1", "ack m2"])
        fanOut.deliver([.update(room, carol.id, joined: true), .event(room, typing, to: .joined, except: [])])
        #expect(try rig.sent(to: carol) == ["typing:update "])
    }

    @Test func `a large frame is compressed once for all who take it with the same window`() async throws {
        let rig = try await Rig()
        let plain = try rig.connect("alice")
        let deflating = try [15, 15, 15, 10].enumerated().map { try rig.connect("user\($0)", windowBits: $1) }
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver(([plain] + deflating).map { .enter(room, $0.id, joined: true) })
        fanOut.deliver([.event(room, try Self.message("m1", seq: 1, bytes: 4_000), to: .readers, except: [])])
        for connection in [plain] + deflating { #expect(try rig.sent(to: connection) == ["message:new m1"]) }
        let totals = rig.loop.compression.deflater.takeTotals()
        #expect((2 * 4_000..<2 * 4_500).contains(totals.plainBytes))
        #expect(totals.deflatedBytes < 2 * 500)
    }

    @Test func `nothing is compressed where it is small, or where nobody in the conversation takes it`() async throws {
        let rig = try await Rig()
        let (alice, bob) = (try rig.connect("alice"), try rig.connect("bob", windowBits: 15))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([.enter(room, alice.id, joined: true)])
        fanOut.deliver([.event(room, try Self.message("m1", seq: 1, bytes: 4_000), to: .readers, except: [])])
        fanOut.deliver([.enter(room, bob.id, joined: true)])
        fanOut.deliver([.event(room, try Self.message("m2", seq: 2), to: .readers, except: [])])
        #expect(try rig.sent(to: alice) == ["message:new m1", "message:new m2"])
        #expect(try rig.sent(to: bob) == ["message:new m2"])
        #expect(rig.loop.compression.deflater.takeTotals() == DeflateTotals())
    }

    @Test func `what one connection alone is sent is compressed too`() async throws {
        let rig = try await Rig()
        let (alice, bob) = (try rig.connect("alice"), try rig.connect("bob", windowBits: 15))
        for connection in [alice, bob] { connection.send(try Self.message("m1", seq: 1, bytes: 4_000)) }
        #expect(try rig.sent(to: alice) == ["message:new m1"])
        #expect(try rig.sent(to: bob) == ["message:new m1"])
        #expect((4_000..<4_500).contains(rig.loop.compression.deflater.takeTotals().plainBytes))
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `random comings, goings and messages reach exactly those that a plain list of readers says`(seed: UInt64)
        async throws
    {
        var random = Seeded(state: seed)
        let rig = try await Rig()
        let connections = try (0..<6).map { number in
            try rig.connect("user\(number)", windowBits: [0, 0, 9, 15].randomElement(using: &random) ?? 0)
        }
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        var readers: Set<Int> = []
        var expected: [Int: [String]] = [:]
        var seq: Int64 = 0
        for _ in 0..<20 {
            var deliveries: [Delivery] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<connections.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let isReader = readers.remove(place) != nil
                    if !isReader { readers.insert(place) }
                    deliveries.append(
                        isReader
                            ? .exit(room, connections[place].id)
                            : .enter(room, connections[place].id, joined: true)
                    )
                default:
                    seq += 1
                    let bytes = Int.random(in: 0..<3, using: &random) == 0 ? 4_000 : 0
                    deliveries += try batch([connections[place]], rig, start: seq, bytes: bytes)
                    for reader in readers where reader != place {
                        expected[reader, default: []].append("message:new m\(seq)")
                    }
                    expected[place, default: []].append("ack m\(seq)")
                }
            }
            fanOut.deliver(deliveries)
        }
        for (place, connection) in connections.enumerated() {
            #expect(try rig.sent(to: connection) == expected[place] ?? [], "seed \(seed), connection \(place)")
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
