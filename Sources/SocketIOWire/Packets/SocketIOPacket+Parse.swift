package import NIOCore

extension SocketIOPacket {
    /// Reads the text of one packet, without the `4` of Engine.IO; nil where it is none.
    package init?(reading text: ByteBuffer, limits: SocketIOLimits = .init()) {
        do throws(Malformed) {
            try self.init(parsing: text, limits: limits)
        } catch {
            return nil
        }
    }

    init(parsing text: ByteBuffer, limits: SocketIOLimits) throws(Malformed) {
        let bytes = text.readableBytesSpan
        let head = try PacketHead(parsing: bytes, limits: limits)
        var payload = PayloadReader(text: text, position: head.length, attachments: head.attachments)
        switch head.type {
        case .connect:
            content = .connect(try payload.object(bytes))
        case .disconnect:
            guard payload.isEmpty(bytes) else { throw Malformed("disconnect with a payload") }
            content = .disconnect
        case .connectError:
            guard let object = try payload.object(bytes) else { throw Malformed("payload is no object") }
            content = .connectError(object)
        case .event, .binaryEvent:
            let name = try payload.name(bytes)
            guard !name.isReserved else { throw Malformed("name of the event is reserved") }
            content = .event(name, try payload.arguments(bytes, limits: limits), id: head.id)
        case .acknowledgement, .binaryAcknowledgement:
            guard let id = head.id else { throw Malformed("acknowledgement without id") }
            try payload.open(bytes)
            content = .acknowledgement(id: id, try payload.arguments(bytes, limits: limits))
        }
        namespace = head.namespace
        attachments = head.attachments
    }
}
