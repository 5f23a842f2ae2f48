/// The members of `data` of the rarer events, found in a pass of their own, so that a message does not pay for them.
enum RareMember: UInt8, MemberName {
    case status, customMessage, customMessageUntil, hideLastSeen
    case callId, targetUserId, to, payload
    case seq, `private`, emoji, on, q
    case cursors, slowMode, frozen
    case kinds, fileId, mimeType, size, sha256, chunkSize

    static let spellings: [StaticString] = [
        "status", "customMessage", "customMessageUntil", "hideLastSeen",
        "callId", "targetUserId", "to", "payload",
        "seq", "private", "emoji", "on", "q",
        "cursors", "slowMode", "frozen",
        "kinds", "fileId", "mimeType", "size", "sha256", "chunkSize",
    ]
}

extension ClientFrame {
    /// The rarer members of the payload.
    func rare(_ bytes: RawSpan) throws(SpecError) -> MemberTokens<RareMember> {
        try checkPayload()
        guard !payload.isMissing else { return MemberTokens(prefix: data.prefix) }
        return try payload.members(of: RareMember.self, prefix: data.prefix, bytes)
    }
}
