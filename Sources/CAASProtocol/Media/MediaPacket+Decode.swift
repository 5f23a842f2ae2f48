extension MediaPacket {
    /// Reads a packet with the checks of R50 and R51; errors name `header.` fields and `details.sequence`.
    ///
    /// - Parameter isRelayed: Whether the service sent it: only then is `senderId` read, and has room in the header.
    public init(parsing bytes: RawSpan, isRelayed: Bool = false) throws(FrameRefusal) {
        let header = try MediaHeader(bytes, extra: isRelayed ? MediaPacket.addedBytes : 0)
        do throws(SpecError) {
            try self.init(header, bytes.extracting(header.json))
        } catch {
            throw header.refusal(error, bytes)
        }
        if !isRelayed { senderID = nil }
        payload = bytes.extracting(header.json.upperBound..<bytes.byteCount).array()
    }

    /// The sequence of a packet that is too large to be read, for `details.sequence`, from its first sixteen bytes.
    public static func sequence(opening bytes: RawSpan) -> UInt32? {
        MediaPrefix(bytes)?.sequence
    }

    private init(_ header: MediaHeader, _ json: RawSpan) throws(SpecError) {
        let members = header.members
        let kind = try Self.kind(header, json)
        let conversationID: ConversationID = try members.required(
            .conversationId,
            try members.id(.conversationId, json)
        )
        let chunkIndex = try members.required(.chunkIndex, try members.integer(.chunkIndex, from: 0, json))
        let totalChunks = try members.required(.totalChunks, try members.integer(.totalChunks, from: 0, json))
        guard totalChunks <= Self.chunks else { throw .invalid(members.path(.totalChunks)) }
        guard totalChunks == 0 || chunkIndex < totalChunks else { throw .invalid(members.path(.chunkIndex)) }
        guard kind != .fileChunk || chunkIndex == Int64(header.prefix.sequence) else {
            throw .invalid(members.path(.chunkIndex), reason: "sequence")
        }
        let mimeType = try members.required(.mimeType, try members.text(.mimeType, json))
        self.init(
            kind: kind,
            sequence: header.prefix.sequence,
            conversationID: conversationID,
            chunkIndex: chunkIndex,
            totalChunks: totalChunks,
            mimeType: mimeType,
            streamID: try members.text(.streamId, json),
            timestamp: try members.integer(.timestamp, json),
            isKey: try members.flag(.key),
            fileID: try members.text(.fileId, json),
            id: try members.id(.id, json),
            wantsAck: try members.flag(.ack) ?? false,
            senderID: UserID(members[.senderId], json),
            payload: []
        )
    }

    /// The number and the name of the type must say the same, and be known (R50).
    private static func kind(_ header: MediaHeader, _ json: RawSpan) throws(SpecError) -> Kind {
        let members = header.members
        let name = try members.required(.type, try members.text(.type, json))
        guard let kind = Kind(rawValue: header.prefix.type), kind.name == name else {
            throw .invalid(members.path(.type), reason: "binary_type")
        }
        return kind
    }
}
