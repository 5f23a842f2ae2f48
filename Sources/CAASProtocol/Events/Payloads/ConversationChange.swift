/// Data of `conversation:updated` after a change: the changed fields alone.
public struct ConversationChange: Sendable, Hashable {
    /// The new name, or that there is none; nil where it did not change.
    public var name: FieldChange<String>?
    /// The new metadata, a JSON object, or that there are none; nil where they did not change.
    public var metadata: FieldChange<JSONFragment>?
    /// The new visibility.
    public var visibility: ConversationVisibility?
    /// Seconds between two messages of a member: 0 to 21,600 (R31).
    public var slowMode: Int64?
    /// Whether nobody may post.
    public var frozen: Bool?
    /// The place of this change (R3).
    public var offset: Int64

    /// Makes the data.
    public init(
        name: FieldChange<String>? = nil,
        metadata: FieldChange<JSONFragment>? = nil,
        visibility: ConversationVisibility? = nil,
        slowMode: Int64? = nil,
        frozen: Bool? = nil,
        offset: Int64
    ) {
        self.name = name
        self.metadata = metadata
        self.visibility = visibility
        self.slowMode = slowMode
        self.frozen = frozen
        self.offset = offset
    }
}
