package import NIOCore

extension SocketIOPacket {
    /// The packet as a whole text message of Engine.IO, with its `4`.
    package func encoded() -> ByteBuffer {
        var buffer = ByteBuffer()
        switch content {
        case .connect(let object):
            PacketWriter.writeHead(.connect, 0, namespace, nil, into: &buffer)
            if let object { buffer.writeImmutableBuffer(object) }
        case .disconnect:
            PacketWriter.writeHead(.disconnect, 0, namespace, nil, into: &buffer)
        case .connectError(let object):
            PacketWriter.writeHead(.connectError, 0, namespace, nil, into: &buffer)
            buffer.writeImmutableBuffer(object)
        case .event(let name, let arguments, let id):
            let type: PacketType = attachments == 0 ? .event : .binaryEvent
            PacketWriter.writeHead(type, attachments, namespace, id, into: &buffer)
            buffer.writeInteger(UInt8(ascii: "["))
            if name.isNumber {
                buffer.writeString(name.text)
            } else {
                buffer.writeJSON(text: name.text)
            }
            for argument in arguments {
                buffer.writeInteger(UInt8(ascii: ","))
                buffer.writeImmutableBuffer(argument)
            }
            buffer.writeStaticString(PacketWriter.tail)
        case .acknowledgement(let id, let arguments):
            let type: PacketType = attachments == 0 ? .acknowledgement : .binaryAcknowledgement
            PacketWriter.writeHead(type, attachments, namespace, id, into: &buffer)
            buffer.writeInteger(UInt8(ascii: "["))
            for (place, argument) in arguments.enumerated() {
                if place > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
                buffer.writeImmutableBuffer(argument)
            }
            buffer.writeStaticString(PacketWriter.tail)
        }
        return buffer
    }
}
