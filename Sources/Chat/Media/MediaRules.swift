import CAASProtocol

/// Who may send media where, and who gets it (R52).
enum MediaRules {
    /// Connections that media of a conversation goes to at most; where more have joined, only those that have subscribed.
    static let receivers = 50
    /// What a packet names stands in its header.
    private static let unknown = SpecError(.notFound, field: "header.conversationId", reason: "conversation")

    /// Whoever may write there; the scope was looked at before (R56).
    ///
    /// Those who are in a call may: both sides of a direct conversation are its owners.
    static func relay(_ media: MediaRelay, to id: ConversationID, _ context: DecisionContext) throws -> Decision {
        guard let conversation = try context.store.conversation(context.key(id)) else { throw unknown }
        try context.checkPosting(in: conversation, unknown: unknown)
        return Decision(
            answer: context.success(.relayed(sequence: media.sequence)),
            effects: try context.activation(of: conversation) + [.relay(conversation.key, media)]
        )
    }

    /// - Parameters:
    ///   - hasJoined: Whether the connection has joined, which a subscription ends with.
    ///   - hasRoom: Whether one more may become a receiver.
    static func change(
        _ change: MediaSubscription,
        isOn: Bool,
        hasJoined: Bool,
        hasRoom: Bool,
        _ context: DecisionContext
    ) throws -> Decision {
        let conversation = try context.conversation(change.conversationID)
        _ = try context.role(in: conversation)
        guard hasJoined else { throw SpecError(.forbidden, reason: "not_joined") }
        guard hasRoom else {
            throw SpecError(
                .rateLimited,
                reason: "media_receivers",
                details: [.init("scope", .text("conversation")), .init("limit", .integer(Int64(receivers)))],
                retryAfter: 5_000
            )
        }
        return Decision(
            answer: context.success(.done),
            effects: [.changeWish(conversation.key, change, isOn: isOn)]
        )
    }
}
