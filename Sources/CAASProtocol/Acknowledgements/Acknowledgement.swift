/// The answer to one client frame (R11): success means committed.
public enum Acknowledgement: Sendable, Hashable {
    /// Done, at the server's time in Unix milliseconds, with what the event's row promises.
    case success(timestamp: Int64, Outcome)
    /// Refused; nothing was changed.
    case failure(SpecError)

    /// What stands in a successful acknowledgement, one case per shape of the table.
    public enum Outcome: Sendable, Hashable {
        /// Nothing more.
        case done
        /// `message:send`.
        case sent(messageID: MessageID, seq: Int64, offset: Int64, duplicate: Bool)
        /// `message:edit`.
        case edited(messageID: MessageID, editVersion: Int64, offset: Int64, duplicate: Bool)
        /// `message:delete`.
        case deleted(messageID: MessageID, offset: Int64, duplicate: Bool)
        /// `message:history`: messages in ascending seq.
        case history([Message], hasMore: Bool)
        /// `conversation:join`.
        case joined(latestSeq: Int64, latestOffset: Int64, role: MemberRole, members: Int)
        /// `conversation:leave` and `conversation:remove`: with the place of the change where there was one.
        case left(offset: Int64?, duplicate: Bool)
        /// `conversation:create`.
        case created(conversationID: ConversationID, existing: Bool, duplicate: Bool)
        /// `conversation:list`.
        case conversations([ConversationSummary], cursor: String?)
        /// `conversation:members`.
        case members([MemberSummary], cursor: String?)
        /// `conversation:invite`.
        case invited([UserID], offset: Int64?, duplicate: Bool)
        /// `conversation:role`.
        case role(MemberRole, offset: Int64?, duplicate: Bool)
        /// `conversation:update`, and what a backend changes: with the place of the change where there was one.
        case changed(offset: Int64?, duplicate: Bool)
        /// One conversation as in `conversation:list`, with the count of its members.
        case conversation(ConversationSummary, members: Int)
        /// One message, or its tombstone.
        case message(Message)
        /// One user.
        case user(UserSummary)
        /// A user's connections, the oldest first.
        case connections([ConnectionSummary])
        /// `call:initiate`, `call:answer`, `call:reject` and `call:end`.
        case call(CallStanding)
        /// `call:ice`.
        case iceServers([ICEServer])
        /// `file:begin` and `file:resume`: the chunk that is wanted next, and how many may be under way.
        case uploading(FileID, nextIndex: Int64, window: Int64, duplicate: Bool)
        /// `file:resume` of a file that has arrived, and the end of an upload by HTTP.
        case arrived(FileComplete)
        /// One file, as who may open it sees it.
        case file(FileSummary)
        /// `presence:subscribe`: how those who were named are seen now (R37).
        case presences([Presence])
        /// `session:auth` and `session:refresh`; Unix milliseconds.
        case session(expiresAt: Int64)
        /// `binary`: the packet was handed on.
        case relayed(sequence: UInt32)
        /// `ping`; Unix milliseconds.
        case pong(serverTime: Int64)
    }
}
