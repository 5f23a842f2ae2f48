/// The members of a frame (design §1).
enum EnvelopeMember: UInt8, MemberName {
    case id, type, conversationId, data, ack, version, timestamp, replyTo, tenantId

    static let spellings: [StaticString] = [
        "id", "type", "conversationId", "data", "ack", "version", "timestamp", "replyTo", "tenantId",
    ]
}
