/// The places of everything that one frame says at its first two levels, found in one pass.
struct Envelope {
    var frame = MemberTokens<EnvelopeMember>()
    var data = MemberTokens<DataMember>(prefix: "data.")

    /// Reads a whole frame; after a fault, what was read before it stays.
    mutating func read(_ bytes: RawSpan, limits: JSONScanner.Limits) throws(JSONFault) {
        guard bytes.byteCount <= JSONToken.longestText else { throw .syntax }
        var scanner = JSONScanner(limits: limits)
        scanner.skipWhitespace(bytes)
        guard try scanner.peek(bytes) == UInt8(ascii: "{") else { throw .syntax }
        _ = try scanner.members(bytes) { name, scanner, bytes throws(JSONFault) in
            let known = EnvelopeMember.named(name, bytes)
            let opening = try scanner.peek(bytes)
            let isData = known == .data && opening == UInt8(ascii: "{")
            let value = isData ? try scanner.object(bytes, into: &data) : try scanner.value(bytes)
            guard let known else { return false }
            guard frame[known].has(.absent) else { throw .duplicateName }
            frame[known] = value
            return true
        }
        try scanner.end(bytes)
    }

    private var wantsAck: Bool { frame[.ack].has(.true) }

    /// The frame as it is refused for not being acceptable JSON; its id and `ack` may stand behind the fault (R6).
    func refusal(_ fault: JSONFault, _ bytes: RawSpan) -> FrameRefusal {
        let opening = FrameOpening(bytes)
        return FrameRefusal(
            error: fault.error(),
            replyTo: opening.id,
            wantsAck: wantsAck || opening.wantsAck,
            isProtocolError: fault == .syntax
        )
    }

    /// The frame as it is refused for what it says.
    func refusal(_ error: SpecError, _ bytes: RawSpan) -> FrameRefusal {
        FrameRefusal(error: error, replyTo: FrameID(frame[.id], bytes), wantsAck: wantsAck)
    }

    /// Missing, null or 1 (R5).
    func checkVersion(_ bytes: RawSpan) throws(SpecError) {
        let token = frame[.version]
        guard token.isMissing || token.integer(bytes) == 1 else { throw .unsupportedVersion(field: "version") }
    }

    /// The conversation of the frame or of its data; both and different is refused (R7).
    func conversationID(_ bytes: RawSpan) throws(SpecError) -> ConversationID? {
        let outer: ConversationID? = try frame.id(.conversationId, bytes)
        let inner: ConversationID? = try data.id(.conversationId, bytes)
        if let outer, let inner, outer != inner {
            throw .invalid("conversationId", reason: "conversation_mismatch")
        }
        return outer ?? inner
    }
}

extension SpecError {
    /// A version other than 1 (R5).
    static func unsupportedVersion(field: String) -> SpecError {
        SpecError(
            .invalidPayload,
            field: field,
            reason: "version",
            message: "This protocol version is not supported.",
            details: [Detail("supported", .integers([1]))]
        )
    }
}
