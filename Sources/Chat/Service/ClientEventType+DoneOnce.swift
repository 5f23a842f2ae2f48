import CAASProtocol

extension ClientEventType {
    /// Whether a frame of this type is done once under its id, and remembered (R2).
    var isDoneOnce: Bool {
        switch self {
        case .messageSend, .messageEdit, .messageDelete, .conversationCreate, .conversationLeave, .conversationInvite,
            .conversationRemove, .conversationRole, .conversationUpdate, .callInitiate, .callAnswer, .callReject,
            .callEnd, .userBlock, .fileBegin:
            true
        default: false
        }
    }

    var isTyping: Bool { self == .typingStart || self == .typingStop }

    /// What a frame of this type gets whose data cannot be read, but whose id is known: that comes before the data (R1, R2).
    ///
    /// What it asks for is another thing than what its id was used for, whatever it is: `ALREADY_EXISTS`. Only a message that
    /// was deleted since has nothing left to tell it apart by, and is answered as it was.
    ///
    /// - Returns: nil where the id is not known.
    func answerGiven(
        in conversation: ConversationID?,
        _ recent: [RecentRequests],
        _ key: RecentRequests.Key,
        _ context: DecisionContext,
        now: ContinuousClock.Instant
    ) throws -> Decision? {
        switch self {
        case .messageSend:
            guard let conversation, let record = try context.store.conversation(context.key(conversation)) else {
                return nil
            }
            // No content has this hash.
            return try MessageRules.known(hash: [], in: record, context)
        case .conversationCreate:
            guard try context.store.created(by: context.actor.user, frame: context.frame) == nil else {
                throw SpecError(.alreadyExists, field: "id", reason: "id_reused")
            }
        default: break
        }
        // Nor has anything this fingerprint.
        for answers in recent { _ = try answers.answer(key, fingerprint: [], now: now) }
        return nil
    }
}
