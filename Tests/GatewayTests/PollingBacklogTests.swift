import CAASProtocol
import Chat
import NIOCore
import Testing
import WebSocketWire

@testable import Gateway

@Suite("What waits for a client that polls, R54") struct PollingBacklogTests {
    private let start = ContinuousClock.now
    private let limit = GatewaySettings().queuedBytes
    private let room: ConversationKey
    private let sender = ConnectionID(loop: 0, number: 7)

    init() throws {
        room = ConversationKey(
            tenant: try #require(TenantID("acme")),
            conversation: try #require(ConversationID("room"))
        )
    }

    /// A packet that has nothing to be dropped for.
    private func text(_ name: String, bytes: Int = 0) -> EncodedFrame {
        var packet = ByteBuffer(string: "4\(name) ")
        packet.writeRepeatingByte(UInt8(ascii: "x"), count: max(0, bytes - packet.readableBytes))
        let message = WebSocketWire.ServerFrame.message(.text, length: packet.readableBytes) {
            $0.writeImmutableBuffer(packet)
        }
        return EncodedFrame(plain: ByteBuffer(), socketIO: message)
    }

    private func picture(_ number: Int, isKey: Bool = false) -> EncodedFrame {
        media(.video, number, isKey: isKey, bytes: 20_000)
    }

    private func media(_ kind: MediaPacket.Kind, _ number: Int, isKey: Bool = false, bytes: Int = 16) -> EncodedFrame {
        var packet = ByteBuffer()
        packet.writeMultipleIntegers(UInt32(bytes), UInt32(0), kind.rawValue, UInt32(number))
        packet.writeRepeatingByte(0, count: bytes - packet.readableBytes)
        let media = MediaRelay(
            kind: kind,
            sequence: UInt32(number),
            streamID: "s",
            isKey: isKey,
            hasKeys: kind == .video,
            bytes: Array(packet.readableBytesView)
        )
        var frame = FrameWriter().encode(media, .socketIO)
        frame.mark = FrameMark(media, in: room, from: sender)
        return frame
    }

    /// Everything that waits, by as many GETs as it takes.
    private func everything(_ polling: PollingRig, upTo last: String) throws -> [String] {
        var packets: [String] = []
        while !packets.contains(where: { $0.hasPrefix(last) }) { packets += try polling.ask() }
        return packets
    }

    private func name(_ packet: String) -> String { packet.split(separator: " ").prefix(1).joined() }

    // MARK: Time

    @Test func `a client that only sends is cut after 30 s, however little waits`() async throws {
        let polling = try await PollingRig()
        polling.deliver(text("hello"))
        for second in 0...30 {
            polling.session.tick(now: start + .seconds(second))
            try polling.post("4life")
        }
        #expect(polling.session.isOpen)
        polling.session.tick(now: start + .seconds(31))
        #expect(!polling.session.isOpen)
        #expect(polling.session.closeCode == 4102)
    }

    @Test func `the time begins anew with each GET, and while nothing waits there is none`() async throws {
        let polling = try await PollingRig()
        polling.deliver(text("one"))
        for second in stride(from: 0, through: 20, by: 10) { polling.session.tick(now: start + .seconds(second)) }
        #expect(try polling.ask() == ["4one "])
        polling.session.tick(now: start + .seconds(60))
        polling.deliver(text("two"))
        polling.session.tick(now: start + .seconds(100))
        polling.session.tick(now: start + .seconds(130))
        #expect(polling.session.isOpen)
        #expect(try polling.ask() == ["4two "])
    }

    // MARK: Bursts

    @Test func `one that asks gets a burst of 3 MB, an answer's worth at a time and in order`() async throws {
        let polling = try await PollingRig()
        let held = polling.beginAsking()
        let names = (0..<180).map { "m\($0)" }
        for name in names { polling.deliver(text(name, bytes: 16_000)) }
        #expect(polling.session.isOpen)
        var answers = [try polling.answer(held)]
        while answers.joined().count < names.count { answers.append(try polling.ask()) }
        #expect(answers.joined().map(name) == names.map { "4" + $0 })
        for answer in answers { #expect(answer.count <= 16) }
    }

    @Test func `an answer has no more than one frame beyond 256 KiB`() async throws {
        let polling = try await PollingRig()
        let held = polling.beginAsking()
        for number in 0..<20 { polling.deliver(text("m\(number)", bytes: 100_000)) }
        #expect(try polling.answer(held).count == 3)
        #expect(try polling.ask().count == 3)
    }

    @Test(arguments: [(0, true), (1, false)])
    func `one that does not ask may have 1 MiB waiting`(side: (more: Int, stands: Bool)) async throws {
        let polling = try await PollingRig()
        let frameHeader = 10
        polling.deliver(text("m", bytes: limit + side.more - frameHeader))
        #expect(polling.session.waitingBytes == limit + side.more)
        polling.session.tick(now: start + .seconds(9))
        #expect(polling.session.isOpen, "it has just had an answer")
        polling.session.tick(now: start + .seconds(25))
        #expect(polling.session.isOpen == side.stands)
        #expect(polling.session.closeCode == (side.stands ? nil : 4102))
    }

    @Test func `nobody may have 5 MiB waiting`() async throws {
        let polling = try await PollingRig()
        let held = polling.beginAsking()
        for number in 0..<90 { polling.deliver(text("m\(number)", bytes: 64_000)) }
        #expect(polling.session.isOpen == false)
        #expect(polling.session.closeCode == 4102)
        #expect(polling.session.waiting == nil)
        #expect(try polling.answer(held).count <= 16)
    }

    @Test func `of a burst of pictures those beyond an answer are dropped, and no message`() async throws {
        let polling = try await PollingRig()
        let held = polling.beginAsking()
        var messages: [String] = []
        for number in 0..<120 {
            polling.deliver(picture(number, isKey: number % 10 == 0))
            polling.deliver(text("m\(number)"))
            messages.append("4m\(number)")
        }
        #expect(polling.session.isOpen)
        var packets = try polling.answer(held)
        packets += try everything(polling, upTo: "4m119")
        #expect(packets.filter { $0.hasPrefix("4m") }.map(name) == messages)
        let pictures = packets.filter { $0.hasPrefix("media") }
        #expect((1..<60).contains(pictures.count))
        #expect(pictures == (0..<120).map { "media \($0)" }.filter(pictures.contains), "in order")
    }

    @Test func `typing, presence and sound are known by what they are`() async throws {
        let polling = try await PollingRig()
        let user = try #require(UserID("alice"))
        var writer = FrameWriter()
        for _ in 0..<3 {
            let typing = ServerEvent.typingUpdate(userID: user, typing: true, expiresAt: nil)
            let presence = ServerEvent.presenceUpdate(Presence(userID: user, status: .away, v: 1))
            polling.deliver(writer.encode(typing, in: room.conversation, time: 1, .socketIO))
            polling.deliver(writer.encode(presence, in: nil, time: 1, .socketIO))
        }
        polling.deliver(media(.audio, 1))
        polling.deliver(text("kept", bytes: 300_000))
        try #require(polling.session.waiting).trim(now: .now + .seconds(1))
        let packets = try everything(polling, upTo: "4kept")
        try #require(packets.count == 3)
        #expect(packets[0].hasPrefix(#"42["typing:update","#))
        #expect(packets[1].hasPrefix(#"42["presence:update","#))
        #expect(packets[2].hasPrefix("4kept"))
    }

    // MARK: The upgrade

    @Test(arguments: [true, false])
    func `what waits is taken over by the WebSocket, in order, and so is the wait for a key frame`(takesBinary: Bool)
        async throws
    {
        let polling = try await PollingRig(takesBinary: takesBinary)
        polling.deliver(picture(0, isKey: true))
        for number in 1..<40 { polling.deliver(picture(number)) }
        for number in 0..<40 { polling.deliver(text("m\(number)")) }
        try polling.upgrade(takesBinary: takesBinary)
        #expect(try polling.read().map(name) == (0..<40).map { "4m\($0)" })
        polling.deliver(picture(40))
        polling.deliver(text("between"))
        polling.deliver(picture(41, isKey: true))
        polling.deliver(picture(42))
        #expect(try polling.read() == ["4between ", "media 41", "media 42"])
    }
}
