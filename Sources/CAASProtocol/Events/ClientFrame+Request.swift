extension ClientFrame {
    /// Reads a request that did not come as a frame (R70): the bytes are its payload, the rest was said beside it.
    ///
    /// So that it is decoded by the very rules of the socket, and refused with the same codes, fields and reasons.
    ///
    /// - Parameters:
    ///   - conversationID: The one that the request's address names; the payload may name it too (R7).
    ///   - bytes: An object; ``event(in:limits:)`` wants the same ones.
    package init(
        request type: ClientEventType,
        id: FrameID,
        conversationID: ConversationID?,
        payload bytes: RawSpan,
        limits: FrameLimits = FrameLimits()
    ) throws(SpecError) {
        var data = MemberTokens<DataMember>(prefix: "data.")
        do throws(JSONFault) {
            payload = try Self.object(bytes, into: &data, limits: .init(depth: limits.depth, members: limits.members))
        } catch {
            throw error.error()
        }
        guard payload.has(.object) else { throw SpecError(.invalidPayload, reason: "object") }
        let named: ConversationID? = try data.id(.conversationId, bytes)
        if let conversationID, let named, conversationID != named {
            throw .invalid("conversationId", reason: "conversation_mismatch")
        }
        self.id = id
        self.type = type
        self.conversationID = conversationID ?? named
        tenantID = nil
        wantsAck = true
        clientTimestamp = nil
        replyTo = data[.replyTo]
        self.data = data
    }

    /// The one value that the whole text is; where it is an object, with its known members.
    private static func object(
        _ bytes: RawSpan,
        into data: inout MemberTokens<DataMember>,
        limits: JSONScanner.Limits
    ) throws(JSONFault) -> JSONToken {
        guard bytes.byteCount <= JSONToken.longestText else { throw .syntax }
        var scanner = JSONScanner(limits: limits)
        scanner.skipWhitespace(bytes)
        let isObject = try scanner.peek(bytes) == UInt8(ascii: "{")
        let token = isObject ? try scanner.object(bytes, into: &data) : try scanner.value(bytes)
        try scanner.end(bytes)
        return token
    }
}
