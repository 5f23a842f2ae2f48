import CAASProtocol

extension ConversationRecord {
    /// What a member sees of its conversation (R26).
    func summary(role: MemberRole, peer: UserID? = nil, lastMessage: Message? = nil) -> ConversationSummary {
        ConversationSummary(
            conversationID: key.conversation,
            kind: kind,
            name: name,
            visibility: visibility,
            metadata: metadata,
            role: role,
            latestSeq: lastSeq,
            latestOffset: lastOffset,
            lastMessage: lastMessage,
            peerID: kind == .direct ? peer : nil
        )
    }
}

extension ConversationID {
    /// A new id: 100 random bits.
    static func random() -> ConversationID {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var text = "conv_"
        for _ in 0..<20 { text.unicodeScalars.append(Unicode.Scalar(digits[Int.random(in: 0..<32)])) }
        guard let id = ConversationID(text) else { preconditionFailure("letters, digits and _ are an id") }
        return id
    }
}
