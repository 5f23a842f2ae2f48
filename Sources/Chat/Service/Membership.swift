import CAASProtocol

extension StorageReader {
    /// The rights of `actor` in a conversation, or the refusal of R15: banned `FORBIDDEN`, no member `NOT_MEMBER`.
    ///
    /// - Parameter time: Unix milliseconds.
    func role(of actor: Actor, in conversation: ConversationRecord, time: Int64) throws -> MemberRole {
        let member = try member(of: conversation, actor.user.user)
        if let role = actor.role(as: member) { return role }
        if case .banned(let until) = member?.standing, until.map({ time < $0 }) ?? true {
            throw SpecError(.forbidden, reason: "banned", details: until.map { [.init("until", .integer($0))] } ?? [])
        }
        throw SpecError(.notMember)
    }

    /// The conversation of a message id, or `NOT_FOUND`: unknown, another tenant's, or not where the client says (R7).
    func locate(
        _ id: MessageID,
        tenant: TenantID,
        claimed: ConversationID?
    ) throws -> (conversation: ConversationRecord, seq: Int64) {
        guard let location = id.location, let record = try conversation(handle: location.handle),
            record.key.tenant == tenant, claimed == nil || claimed == record.key.conversation,
            location.seq <= record.lastSeq
        else { throw SpecError(.notFound, field: "data.messageId", reason: "message") }
        return (record, location.seq)
    }
}
