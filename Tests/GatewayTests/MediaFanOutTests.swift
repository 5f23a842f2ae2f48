import CAASProtocol
import Chat
import NIOCore
import Testing

@testable import Gateway

@Suite("Media on its way to readers, R52, R54") struct MediaFanOutTests {
    private let room: ConversationKey

    init() throws {
        room = ConversationKey(
            tenant: try #require(TenantID("acme")),
            conversation: try #require(ConversationID("room"))
        )
    }

    private func packet(_ kind: MediaPacket.Kind, _ sequence: UInt32, bytes: Int = 16, isKey: Bool = false)
        -> MediaRelay
    {
        var packet = ByteBuffer()
        packet.writeMultipleIntegers(UInt32(bytes), UInt32(0), kind.rawValue, sequence)
        packet.writeRepeatingByte(0, count: bytes - packet.readableBytes)
        return MediaRelay(
            kind: kind,
            sequence: sequence,
            streamID: "s",
            isKey: isKey,
            hasKeys: kind == .video,
            bytes: Array(packet.readableBytesView)
        )
    }

    private func message(_ seq: Int64) throws -> ServerEvent {
        .messageNew(
            Message(
                id: MessageID(.init(handle: 1, seq: seq)),
                conversationID: room.conversation,
                seq: seq,
                offset: seq,
                senderID: try #require(UserID("alice")),
                clientID: try #require(FrameID("m\(seq)")),
                createdAt: 1,
                body: MessageBody(content: "x")
            )
        )
    }

    /// A sender in the room, and a reader that takes nothing for now.
    private func slowReader(_ rig: Rig) throws -> (
        sender: ChatEndpoint, slow: ChatEndpoint, fanOut: FanOut
    ) {
        let (sender, slow) = (try rig.connect("alice"), try rig.connect("slow"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([sender, slow].map { .enter(room, $0.id, joined: true) })
        _ = try rig.sent(to: slow)
        try rig.setWritable(false, slow)
        return (sender, slow, fanOut)
    }

    @Test func `each reader gets the kinds that it wants, and the sender nothing`() async throws {
        let rig = try await Rig()
        let names = ["alice", "said-nothing", "audio-only", "nothing", "not-joined"]
        let readers = try names.map { try rig.connect($0) }
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver(readers.enumerated().map { .enter(room, $1.id, joined: $0 < 4) })
        fanOut.deliver([
            .receives(room, readers[2].id, .audio), .receives(room, readers[3].id, []),
            .media(room, packet(.audio, 1), from: readers[0].id, onlySubscribed: false),
            .media(room, packet(.video, 2), from: readers[0].id, onlySubscribed: false),
            .event(room, try message(1), to: .readers, except: []),
            .media(room, packet(.audio, 3), from: readers[0].id, onlySubscribed: false),
        ])
        #expect(try rig.sent(to: readers[0]) == ["message:new m1"])
        #expect(try rig.sent(to: readers[1]) == ["media 1", "media 2", "message:new m1", "media 3"])
        #expect(try rig.sent(to: readers[2]) == ["media 1", "message:new m1", "media 3"])
        #expect(try rig.sent(to: readers[3]) == ["message:new m1"])
        #expect(try rig.sent(to: readers[4]) == ["message:new m1"])
    }

    @Test func `in a large conversation those that subscribed get media, until they leave`() async throws {
        let rig = try await Rig()
        let (alice, bob, carol) = (try rig.connect("alice"), try rig.connect("bob"), try rig.connect("carol"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([alice, bob, carol].map { .enter(room, $0.id, joined: true) })
        fanOut.deliver([
            .receives(room, bob.id, [.audio, .video, .subscribed]),
            .media(room, packet(.video, 1), from: alice.id, onlySubscribed: true),
            .update(room, bob.id, joined: false), .update(room, bob.id, joined: true),
            .media(room, packet(.video, 2), from: alice.id, onlySubscribed: true),
            .media(room, packet(.video, 3), from: alice.id, onlySubscribed: false),
        ])
        #expect(try rig.sent(to: bob) == ["media 1", "media 3"])
        #expect(try rig.sent(to: carol) == ["media 3"])
    }

    @Test func `a reader that has fallen behind loses pictures and no message, and others lose nothing`() async throws {
        let rig = try await Rig()
        let (alice, slow, healthy) = (try rig.connect("alice"), try rig.connect("slow"), try rig.connect("healthy"))
        let fanOut = FanOut(loops: [rig.loop], clock: { 1 })
        fanOut.deliver([alice, slow, healthy].map { .enter(room, $0.id, joined: true) })
        _ = try rig.sent(to: slow)
        try rig.setWritable(false, slow)
        var expected: [String] = []
        for number in 0..<40 {
            let picture = packet(.video, UInt32(number), bytes: 20_000, isKey: number % 10 == 0)
            fanOut.deliver([
                .media(room, picture, from: alice.id, onlySubscribed: false),
                .event(room, try message(Int64(number)), to: .readers, except: [alice.id]),
            ])
            expected += ["media \(number)", "message:new m\(number)"]
            #expect(try rig.sent(to: slow).isEmpty)
        }
        #expect(try rig.sent(to: healthy) == expected)
        try rig.setWritable(true, slow)
        let arrived = try rig.sent(to: slow)
        #expect(arrived.filter { $0.hasPrefix("message") } == (0..<40).map { "message:new m\($0)" })
        let pictures = arrived.filter { $0.hasPrefix("media") }
        #expect(pictures.count < 40)
        #expect(pictures == expected.filter(pictures.contains), "in order")
        // The sender is told, once.
        #expect(try rig.sent(to: alice).isEmpty)
        for _ in 0..<2 { rig.loop.tick() }
        #expect(try rig.sent(to: alice) == ["media:congestion "])
        for _ in 0..<4 { rig.loop.tick() }
        #expect(try rig.sent(to: alice).isEmpty)
    }

    @Test func `a sender is told at most once a second, however long a reader is behind`() async throws {
        let rig = try await Rig()
        let (alice, _, fanOut) = try slowReader(rig)
        var told: [String] = []
        // Two of them are a second.
        for tick in 0..<10 {
            for number in 0..<20 {
                let picture = packet(.video, UInt32(20 * tick + number), bytes: 20_000, isKey: true)
                fanOut.deliver([.media(room, picture, from: alice.id, onlySubscribed: false)])
            }
            rig.loop.tick()
            told += try rig.sent(to: alice)
        }
        #expect(told == Array(repeating: "media:congestion ", count: 5))
    }

    @Test(arguments: [true, false])
    func `typing, presence and sound are known by what they are behind a reader's back, alone in a turn or not`(
        isAlone: Bool
    ) async throws {
        let rig = try await Rig()
        let (alice, slow, fanOut) = try slowReader(rig)
        let user = try #require(UserID("alice"))
        var deliveries: [Delivery] = []
        for _ in 0..<3 {
            let typing = ServerEvent.typingUpdate(userID: user, typing: true, expiresAt: nil)
            let presence = ServerEvent.presenceUpdate(Presence(userID: user, status: .away, v: 1))
            deliveries.append(.event(room, typing, to: .joined, except: [alice.id]))
            deliveries.append(.direct([slow.id], nil, presence))
        }
        deliveries.append(.media(room, packet(.audio, 1), from: alice.id, onlySubscribed: false))
        // They have no mark, and more bytes than may wait before the others are looked at.
        for number: UInt32 in 2...3 {
            let chunk = packet(.fileChunk, number, bytes: 150_000)
            deliveries.append(.media(room, chunk, from: alice.id, onlySubscribed: false))
        }
        if isAlone {
            for delivery in deliveries {
                fanOut.deliver([delivery])
                #expect(try rig.sent(to: slow).isEmpty)
            }
        } else {
            fanOut.deliver(deliveries)
        }
        #expect(try rig.sent(to: slow).isEmpty)
        let transport = try #require(slow.transport as? WebSocketTransport)
        try #require(transport.outbox.waiting).trim(now: .now + .seconds(1))
        try rig.setWritable(true, slow)
        #expect(try rig.sent(to: slow) == ["typing:update ", "presence:update ", "media 2", "media 3"])
    }
}
