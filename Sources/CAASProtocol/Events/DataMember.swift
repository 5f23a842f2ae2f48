/// The members of `data` that any client event has; the ones of `message:send` first, as most frames have them.
enum DataMember: UInt8, MemberName {
    case content, type, conversationId, attachments, mentions, metadata, threadId, replyTo
    case messageId, ifVersion, reason, beforeSeq, afterSeq, limit, cursor
    case kind, memberIds, name, visibility, membership, userIds, role, userId, ban, until, mutedUntil
    case token, echo, inbox, version

    static let spellings: [StaticString] = [
        "content", "type", "conversationId", "attachments", "mentions", "metadata", "threadId", "replyTo",
        "messageId", "ifVersion", "reason", "beforeSeq", "afterSeq", "limit", "cursor",
        "kind", "memberIds", "name", "visibility", "membership", "userIds", "role", "userId", "ban", "until",
        "mutedUntil", "token", "echo", "inbox", "version",
    ]
}
