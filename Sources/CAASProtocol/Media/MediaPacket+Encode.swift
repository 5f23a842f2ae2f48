extension MediaPacket {
    /// The most bytes that a `senderId` adds to a header: its name, quotes, colon, comma, and a user's longest id.
    static let addedBytes = 144

    /// Appends the packet as bytes.
    public func encode(into output: inout [UInt8]) {
        var json: [UInt8] = []
        json.object { json in
            json.member(#","type":"#, id: kind.name)
            json.member(#","conversationId":"#, id: conversationID.rawValue)
            json.member(#","chunkIndex":"#, integer: chunkIndex)
            json.member(#","totalChunks":"#, integer: totalChunks)
            json.member(#","mimeType":"#, text: mimeType)
            json.member(#","streamId":"#, text: streamID)
            json.member(#","timestamp":"#, integer: timestamp)
            if let isKey { json.member(#","key":"#, flag: isKey) }
            json.member(#","fileId":"#, text: fileID)
            json.member(#","id":"#, id: id?.rawValue)
            if wantsAck { json.append(#","ack":true"#) }
            json.member(#","senderId":"#, id: senderID?.rawValue)
        }
        let prefix = MediaPrefix(
            total: UInt32(clamping: Self.prefixBytes + json.count + payload.count),
            headerLength: UInt32(clamping: json.count),
            type: kind.rawValue,
            sequence: sequence
        )
        prefix.write(to: &output)
        output.append(contentsOf: json)
        output.append(contentsOf: payload)
    }

    /// Appends a packet as its receivers get it: every byte as sent, with the sender's name in the header (R51).
    ///
    /// A `senderId` that the client wrote is replaced.
    ///
    /// - Parameter bytes: A packet that was parsed without an error.
    public static func relay(
        _ bytes: RawSpan,
        from sender: UserID,
        into output: inout [UInt8]
    ) throws(FrameRefusal) {
        let header = try MediaHeader(bytes)
        let json = bytes.extracting(header.json)
        let old = header.members[.senderId]
        var name: [UInt8] = []
        let place: Range<Int>
        if old.kind == .absent {
            // A header that was parsed has members, so a comma goes before one more.
            name.append(#","senderId":"#)
            place = Self.end(of: json)
        } else {
            place = old.range
        }
        name.append(text: sender.rawValue)
        let grown = name.count - place.count
        MediaPrefix(
            total: UInt32(clamping: bytes.byteCount + grown),
            headerLength: UInt32(clamping: json.byteCount + grown),
            type: header.prefix.type,
            sequence: header.prefix.sequence
        ).write(to: &output)
        output.append(json.extracting(0..<place.lowerBound))
        output.append(contentsOf: name)
        output.append(bytes.extracting(header.json.lowerBound + place.upperBound..<bytes.byteCount))
    }

    /// The empty place before the brace that closes the header.
    private static func end(of json: RawSpan) -> Range<Int> {
        var offset = json.byteCount
        repeat { offset -= 1 } while json.byte(at: offset) != UInt8(ascii: "}")
        return offset..<offset
    }
}
