import CAASProtocol

/// What a request leads to, once it is committed: the answer, and what changes around it, in order.
struct Decision {
    var answer: Acknowledgement
    var effects: [Effect] = []
    /// Whether this answers an id that was answered before, which costs nothing (R1, R2).
    var isRepeated = false
    /// Whether more of it is to be done in a further step: the answer waits for the last one.
    var isUnfinished = false
    /// What that step is given in place of the command; nil leaves it as it is.
    var rest: ChatRequest.Command?

    /// One consequence outside the store.
    enum Effect {
        /// Keep this conversation's readers from here on.
        case activate(ConversationKey, members: [UserID], hasInbox: Bool)
        /// Tell the readers, but not the acting connection.
        case publish(ConversationKey, ServerEvent)
        /// Tell the readers that have joined, but not the acting connection.
        case publishToJoined(ConversationKey, ServerEvent)
        /// Tell a user's connections, but not the acting one; the conversation is what it is about, if anything.
        case tell(UserID, ConversationKey?, ServerEvent)
        case becameMember(ConversationKey, UserID)
        case ceasedMember(ConversationKey, UserID)
        case join(ConversationKey)
        case leave(ConversationKey, isMember: Bool)
        case startTyping(ConversationKey)
        case stopTyping(ConversationKey, UserID)
        /// The acting connection wants other media packets than before (R52).
        case changeWish(ConversationKey, MediaSubscription, isOn: Bool)
        /// Hand a packet to the joined connections, but not to the acting one.
        case relay(ConversationKey, MediaRelay)
        /// Answer a repetition from memory (R2).
        case remember(fingerprint: [UInt8])
        case connect(inbox: [ConversationKey], PresenceRecord?, Welcome)
        case disconnect
        /// The conversation is gone: tell its members' and readers' connections, and forget who reads it.
        case dissolve(ConversationKey, members: [UserID], ConversationRemoved)
        /// End a user's connections, or one of them.
        case close(UserKey, connection: ConnectionID?, Delivery.Ending)
        case read(ChatRead)
        case call(CallEffect)
        /// Tell the acting connection.
        case notify(ConversationKey, ServerEvent)
        /// Tell the connection that sends a file, if one does and is not the acting one.
        case tellSender(FileID, ConversationKey, ServerEvent)
        /// Nobody sends a file any more.
        case endUpload(FileID)
        /// Nobody waits for an answer.
        case unasked
        /// Something about who is seen how.
        case presence(PresenceRules.Effect)
    }

    static func disconnected(time: Int64) -> Decision {
        Decision(answer: .success(timestamp: time, .done), effects: [.disconnect])
    }

    static func failure(_ error: SpecError) -> Decision { Decision(answer: .failure(error)) }
}

/// What the rules may look at while they decide about one request.
struct DecisionContext {
    let actor: Actor
    let frame: FrameID
    let store: any StorageWriter
    let settings: ChatSettings
    let now: ContinuousClock.Instant
    /// Unix milliseconds.
    let time: Int64
    /// Whether a user has connections that ring.
    let rings: (UserKey) -> Bool
    /// Whether readers are kept already.
    let isLive: (ConversationKey) -> Bool
    /// Counts a message into a conversation (R61); the refusal where there are too many.
    let countMessage: (ConversationKey) -> SpecError?
    /// Takes the count of a message back that was none.
    let giveBackMessage: (ConversationKey) -> Void

    func key(_ conversation: ConversationID) -> ConversationKey {
        ConversationKey(tenant: actor.user.tenant, conversation: conversation)
    }

    func success(_ outcome: Acknowledgement.Outcome) -> Acknowledgement {
        .success(timestamp: time, outcome)
    }

    /// The conversation, or `NOT_FOUND`.
    func conversation(_ id: ConversationID) throws -> ConversationRecord {
        guard let record = try store.conversation(key(id)) else {
            throw SpecError.unknownConversation
        }
        return record
    }

    /// What the reader arrays need before the first publish.
    func activation(of conversation: ConversationRecord) throws -> [Decision.Effect] {
        guard !isLive(conversation.key) else { return [] }
        return [
            .activate(
                conversation.key,
                members: try hearers(of: conversation),
                hasInbox: conversation.kind != .channel
            )
        ]
    }
}
