/// Data of `conversation:update` (R30, R31).
public struct ConversationUpdate: Sendable, Hashable {
    /// Which conversation.
    public var conversationID: ConversationID
    /// The new name; nil leaves it.
    public var name: FieldChange<String>?
    /// The new metadata, a JSON object; nil leaves it.
    public var metadata: FieldChange<JSONFragment>?
    /// The new visibility; nil leaves it.
    public var visibility: ConversationVisibility?
    /// Seconds between two messages of a member: 0 to 21,600 (R31); nil leaves it.
    public var slowMode: Int64?
    /// Whether nobody may post; nil leaves it.
    public var frozen: Bool?

    /// Makes the payload.
    public init(
        conversationID: ConversationID,
        name: FieldChange<String>? = nil,
        metadata: FieldChange<JSONFragment>? = nil,
        visibility: ConversationVisibility? = nil,
        slowMode: Int64? = nil,
        frozen: Bool? = nil
    ) {
        self.conversationID = conversationID
        self.name = name
        self.metadata = metadata
        self.visibility = visibility
        self.slowMode = slowMode
        self.frozen = frozen
    }
}
