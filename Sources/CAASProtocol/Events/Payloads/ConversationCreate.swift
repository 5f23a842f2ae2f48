/// Data of `conversation:create` (R25, R26).
public struct ConversationCreate: Sendable, Hashable {
    /// Direct, group or channel.
    public var kind: ConversationKind
    /// Whom to make members, beside the creator; without repeats.
    public var memberIDs: [UserID]
    /// At most 128 characters.
    public var name: String?
    /// Private unless said otherwise.
    public var visibility: ConversationVisibility
    /// A JSON object of at most 4 KiB.
    public var metadata: JSONFragment?
    /// An id of the client's choice.
    public var conversationID: ConversationID?

    /// Makes the payload.
    public init(
        kind: ConversationKind,
        memberIDs: [UserID],
        name: String? = nil,
        visibility: ConversationVisibility = .private,
        metadata: JSONFragment? = nil,
        conversationID: ConversationID? = nil
    ) {
        self.kind = kind
        self.memberIDs = memberIDs
        self.name = name
        self.visibility = visibility
        self.metadata = metadata
        self.conversationID = conversationID
    }
}
