package import NIOCore

/// Writes packets as whole text messages of Engine.IO, with its `4`: what all receivers of an event can share.
///
/// Socket.IO protocol v5, "Packet encoding". Arguments are JSON and go in as they are.
package enum PacketWriter {
    /// What stands behind the last argument.
    package static let tail: StaticString = "]"

    /// Appends `42["name",argument]`, or with attachments `45…`, which are to follow as binary messages with nothing between.
    package static func writeEvent(
        _ name: String,
        _ argument: RawSpan,
        namespace: String = "/",
        id: UInt64? = nil,
        attachments: Int = 0,
        into buffer: inout ByteBuffer
    ) {
        writeHead(attachments == 0 ? .event : .binaryEvent, attachments, namespace, id, into: &buffer)
        buffer.writeInteger(UInt8(ascii: "["))
        buffer.writeJSON(text: name)
        buffer.writeInteger(UInt8(ascii: ","))
        buffer.write(argument)
        buffer.writeStaticString(tail)
    }

    /// Bytes that ``writeEvent(_:_:namespace:id:attachments:into:)`` appends, for the frame's header before them.
    package static func bytesOfEvent(
        _ name: String,
        argumentBytes: Int,
        namespace: String = "/",
        id: UInt64? = nil,
        attachments: Int = 0
    ) -> Int {
        bytesOfHead(attachments, namespace, id) &+ 3 &+ ByteBuffer.bytes(ofJSON: name) &+ argumentBytes
    }

    /// Appends `43<id>[argument]`.
    package static func writeAcknowledgement(
        _ id: UInt64,
        _ argument: RawSpan,
        namespace: String = "/",
        into buffer: inout ByteBuffer
    ) {
        writeHead(.acknowledgement, 0, namespace, id, into: &buffer)
        buffer.writeInteger(UInt8(ascii: "["))
        buffer.write(argument)
        buffer.writeStaticString(tail)
    }

    /// Bytes that ``writeAcknowledgement(_:_:namespace:into:)`` appends.
    package static func bytesOfAcknowledgement(_ id: UInt64, argumentBytes: Int, namespace: String = "/") -> Int {
        bytesOfHead(0, namespace, id) &+ 2 &+ argumentBytes
    }

    /// `40{"sid":"…"}`, the answer to a CONNECT that is accepted; `sid` is another than Engine.IO's.
    package static func connectReply(sid: String, namespace: String = "/") -> ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(.connect, 0, namespace, nil, into: &buffer)
        buffer.writeStaticString("{\"sid\":")
        buffer.writeJSON(text: sid)
        buffer.writeStaticString("}")
        return buffer
    }

    /// `44{"message":"…","data":…}`, the answer to a CONNECT that is refused; `data` is JSON.
    package static func connectError(_ message: String, data: ByteBuffer? = nil, namespace: String = "/") -> ByteBuffer
    {
        var buffer = ByteBuffer()
        writeHead(.connectError, 0, namespace, nil, into: &buffer)
        buffer.writeStaticString("{\"message\":")
        buffer.writeJSON(text: message)
        if let data {
            buffer.writeStaticString(",\"data\":")
            buffer.writeImmutableBuffer(data)
        }
        buffer.writeStaticString("}")
        return buffer
    }

    /// `41`, which puts the client out of a namespace, for good.
    package static func disconnect(namespace: String = "/") -> ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(.disconnect, 0, namespace, nil, into: &buffer)
        return buffer
    }
}
