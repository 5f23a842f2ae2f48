import EngineIOWire
import NIOCore
import TestSupport
import Testing

@Suite("Packets and payloads") struct PacketPropertyTests {
    @Test(.tags(.property), arguments: 0..<50 as Range<UInt64>)
    func `what is written is what is read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let packet = random.packet()
            var text = ByteBuffer()
            packet.write(into: &text)
            #expect(try EngineIOPacket(decoding: text) == packet, "seed \(seed)")
        }
    }

    @Test(.tags(.property), arguments: 0..<50 as Range<UInt64>)
    func `what one side sends in replies is what the other posts`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sent = (0..<100).map { _ in random.message() }
        var server = try Session(over: .polling)
        for message in sent { server.machine.send(message) }
        var client = try Session(over: .polling)
        var seen: [Seen] = []
        while server.machine.queuedPackets > 0 {
            #expect(server.machine.poll(now: server.start) == nil)
            guard case .answerPoll(let body) = server.machine.nextAction() else {
                Issue.record("no answer, seed \(seed)")
                return
            }
            seen += client.post(body: body)
        }
        #expect(seen.filter { $0 != .posted } == sent.map(Seen.init(sent:)), "seed \(seed)")
    }
}

extension Seen {
    /// A message as it comes in at the other end.
    init(sent message: EngineIOMachine.Outgoing) {
        switch message {
        case .text(let text):
            self = .message(String(buffer: text.getSlice(at: 1, length: text.readableBytes - 1) ?? text))
        case .binary(let bytes): self = .binaryMessage(Array(bytes.readableBytesView))
        }
    }
}

extension SeededGenerator {
    /// Text without record separators, which cannot travel in a payload.
    private mutating func text() -> ByteBuffer {
        let alphabet = Array("ab4b{}\"\\ é€😀\u{0}\u{7F}")
        let count = Int.random(in: 0...40, using: &self)
        return ByteBuffer(string: String((0..<count).compactMap { _ in alphabet.randomElement(using: &self) }))
    }

    mutating func packet() -> EngineIOPacket {
        switch UInt8.random(in: 0...7, using: &self) {
        case 0: .open(text())
        case 1: .close
        case 2: .ping(text())
        case 3: .pong(text())
        case 4: .message(text())
        case 5: .upgrade
        case 6: .noop
        default: .binary(ByteBuffer(bytes: bytes(Int.random(in: 0...100, using: &self))))
        }
    }

    mutating func message() -> EngineIOMachine.Outgoing {
        if Bool.random(using: &self) { return .binary(ByteBuffer(bytes: bytes(Int.random(in: 0...100, using: &self)))) }
        var packet = ByteBuffer()
        EngineIOPacket.message(text()).write(into: &packet)
        return .text(packet)
    }
}
