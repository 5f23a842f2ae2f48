/// The members of a packet's JSON header (design §5, R50, R51).
enum MediaMember: UInt8, MemberName {
    case type, conversationId, chunkIndex, totalChunks, mimeType
    case streamId, timestamp, key, fileId, id, ack, senderId

    static let spellings: [StaticString] = [
        "type", "conversationId", "chunkIndex", "totalChunks", "mimeType",
        "streamId", "timestamp", "key", "fileId", "id", "ack", "senderId",
    ]
}

/// A packet's opening, cut where its parts begin, with the checks of R50 that come before any field's own.
struct MediaHeader {
    let prefix: MediaPrefix
    let members: MemberTokens<MediaMember>
    /// Where the JSON stands in the packet; the tokens count from its start.
    let json: Range<Int>

    /// - Parameter extra: Bytes of the header beyond the 4 KiB, for what the service has added.
    init(_ bytes: RawSpan, extra: Int = 0) throws(FrameRefusal) {
        guard let prefix = MediaPrefix(bytes) else { throw Self.malformed(sequence: nil) }
        guard bytes.byteCount <= MediaPacket.packetBytes + extra else {
            var error = SpecError.tooLarge("binary", limit: MediaPacket.packetBytes, size: bytes.byteCount)
            error.field = nil
            error.details.append(.init("sequence", .integer(Int64(prefix.sequence))))
            throw FrameRefusal(error: error)
        }
        guard Int(prefix.total) == bytes.byteCount, Int(prefix.headerLength) <= MediaPacket.headerBytes + extra,
            MediaPacket.prefixBytes + Int(prefix.headerLength) <= bytes.byteCount
        else { throw Self.malformed(sequence: prefix.sequence) }
        let json = MediaPacket.prefixBytes..<MediaPacket.prefixBytes + Int(prefix.headerLength)
        let text = bytes.extracting(json)
        var members = MemberTokens<MediaMember>(prefix: "header.")
        do throws(JSONFault) {
            var scanner = JSONScanner()
            scanner.skipWhitespace(text)
            guard try scanner.peek(text) == UInt8(ascii: "{") else { throw .syntax }
            _ = try scanner.object(text, into: &members)
            try scanner.end(text)
        } catch .syntax {
            throw Self.malformed(sequence: prefix.sequence)
        } catch {
            var refusal = error.error()
            refusal.details.append(.init("sequence", .integer(Int64(prefix.sequence))))
            // The id may stand behind the fault, as it may in a frame (R6).
            let opening = FrameOpening(text)
            throw FrameRefusal(error: refusal, replyTo: opening.id, wantsAck: opening.wantsAck)
        }
        self.prefix = prefix
        self.members = members
        self.json = json
    }

    /// The packet as it is refused for what its header says.
    func refusal(_ error: SpecError, _ bytes: RawSpan) -> FrameRefusal {
        var error = error
        error.details.append(.init("sequence", .integer(Int64(prefix.sequence))))
        return FrameRefusal(
            error: error,
            replyTo: FrameID(members[.id], bytes.extracting(json)),
            wantsAck: members[.ack].kind == .true
        )
    }

    /// No packet at all: this counts against the connection (R6).
    private static func malformed(sequence: UInt32?) -> FrameRefusal {
        let details = sequence.map { [SpecError.Detail("sequence", .integer(Int64($0)))] } ?? []
        return FrameRefusal(
            error: SpecError(
                .invalidPayload,
                reason: "binary_header",
                message: "The packet's header is not valid.",
                details: details
            ),
            isProtocolError: true
        )
    }
}
