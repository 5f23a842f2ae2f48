import NIOCore
import SocketIOWire
import Testing

@Suite("What is written is what is read") struct RoundTripTests {
    @Test(.tags(.property), arguments: 0..<50 as Range<UInt64>)
    func `a hundred packets of every kind`(seed: UInt64) {
        var packets = RandomPacket(seed: seed)
        for number in 0..<100 {
            let packet = packets.next()
            let written = packet.encoded()
            #expect(written.readableBytesView.first == UInt8(ascii: "4"))
            let read = SocketIOPacket(reading: written.text)
            #expect(read == packet, "seed \(seed), packet \(number): \(String(buffer: written))")
            #expect(read?.encoded() == written, "seed \(seed), packet \(number): \(String(buffer: written))")
        }
    }

    @Test(.tags(.property), arguments: 0..<20 as Range<UInt64>)
    func `they arrive with their attachments`(seed: UInt64) {
        var packets = RandomPacket(seed: seed)
        for number in 0..<100 {
            let packet = packets.next()
            let attachments = packets.bytes(for: packet)
            var client = Client(in: packet.namespace)
            var action = client.machine.receive(text: packet.encoded().text, now: client.start)
            for attachment in attachments {
                #expect(action == nil, "seed \(seed), packet \(number)")
                action = client.machine.receive(binary: attachment, now: client.start)
            }
            switch packet.content {
            case .event(let name, let arguments, let id):
                let event = SocketIOEvent(
                    namespace: packet.namespace,
                    name: name,
                    arguments: arguments,
                    id: id,
                    attachments: attachments
                )
                #expect(action == .event(event), "seed \(seed), packet \(number)")
            case .acknowledgement(let id, let arguments):
                let expected = SocketIOMachine.Action.acknowledgement(
                    namespace: packet.namespace,
                    id: id,
                    arguments: arguments,
                    attachments: attachments
                )
                #expect(action == expected, "seed \(seed), packet \(number)")
            case .disconnect:
                #expect(action == .disconnect(namespace: packet.namespace), "seed \(seed), packet \(number)")
            case .connect, .connectError:
                #expect(action?.violation != nil, "seed \(seed), packet \(number)")
            }
        }
    }
}

extension ByteBuffer {
    /// Without the `4` of Engine.IO.
    fileprivate var text: ByteBuffer { getSlice(at: readerIndex + 1, length: readableBytes - 1) ?? ByteBuffer() }
}
