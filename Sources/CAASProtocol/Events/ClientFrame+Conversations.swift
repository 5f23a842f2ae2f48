extension ClientFrame {
    func conversationCreate(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationCreate {
        try checkPayload()
        let kind: ConversationKind = try data.required(.kind, try data.choice(.kind, bytes))
        let memberIDs = try data.required(.memberIds, try data.users(.memberIds, bytes))
        // The creator may be named too; whether one of two is the creator is not known here (R25).
        if kind == .direct, !(1...2).contains(memberIDs.count) { throw .invalid("data.memberIds") }
        let name = try data.text(.name, characters: limits.nameCharacters, bytes)
        let visibility: ConversationVisibility? = try data.choice(.visibility, bytes)
        let metadata = try data.object(.metadata, bytes: limits.metadataBytes, bytes)
        return ConversationCreate(
            kind: kind,
            memberIDs: memberIDs,
            name: name,
            visibility: visibility ?? .private,
            metadata: metadata,
            conversationID: conversationID
        )
    }

    func conversationLeave() throws(SpecError) -> ConversationLeave {
        ConversationLeave(conversationID: try conversation(), endsMembership: try data.flag(.membership) ?? false)
    }

    func conversationMembers(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationMembers {
        ConversationMembers(conversationID: try conversation(), page: try page(bytes, limits))
    }

    func conversationInvite(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationInvite {
        let conversationID = try conversation()
        let userIDs = try data.required(.userIds, try data.users(.userIds, limit: limits.users, bytes))
        guard !userIDs.isEmpty else { throw .invalid("data.userIds") }
        let role: MemberRole? = try data.choice(.role, bytes)
        return ConversationInvite(conversationID: conversationID, userIDs: userIDs, role: role ?? .member)
    }

    func conversationRemove(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationRemove {
        let conversationID = try conversation()
        let userID: UserID = try data.required(.userId, try data.id(.userId, bytes))
        let ban = try data.flag(.ban) ?? false
        let until = try data.integer(.until, from: 0, bytes)
        let reason = try data.text(.reason, bytes: limits.reasonBytes, bytes)
        return ConversationRemove(
            conversationID: conversationID,
            userID: userID,
            ban: ban,
            until: until,
            reason: reason
        )
    }

    func conversationRole(_ bytes: RawSpan) throws(SpecError) -> ConversationRole {
        let conversationID = try conversation()
        let userID: UserID = try data.required(.userId, try data.id(.userId, bytes))
        let role: MemberRole? = try data.choice(.role, bytes)
        let mutedUntil = try data.integer(.mutedUntil, from: 0, bytes)
        guard role != nil || mutedUntil != nil else { throw .missing("data.role") }
        return ConversationRole(conversationID: conversationID, userID: userID, role: role, mutedUntil: mutedUntil)
    }

    func page(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> Page {
        try checkPayload()
        return Page(cursor: try data.text(.cursor, bytes), limit: try limit(bytes, limits))
    }

    /// Rows wanted: 50 unless said otherwise, below 1 refused, above the most as many as that (R22).
    func limit(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> Int {
        guard let limit = try data.integer(.limit, from: 1, bytes) else { return min(50, limits.rows) }
        return min(Int(limit), limits.rows)
    }
}
