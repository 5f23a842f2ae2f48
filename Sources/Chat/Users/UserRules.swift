import CAASProtocol

/// Users as rows: what they are called, and their end (R26).
enum UserRules {
    /// Memberships that one step of the chat queue ends.
    static let membershipsAtOnce = 20

    /// Users change themselves; everybody else takes scope `admin`.
    static func check(_ user: UserID, _ actor: Actor) throws(SpecError) {
        let isItself = actor.isUser && actor.user.user == user
        guard isItself || actor.scopes.contains(.admin) else { throw SpecError(.forbidden, reason: "scope") }
    }

    /// Makes a user's row, or replaces it as a whole.
    static func put(_ user: UserSummary, _ context: DecisionContext) throws -> Decision {
        try check(user.userID, context.actor)
        guard !user.userID.namesKey else { throw SpecError(.invalidPayload, field: "userId") }
        let key = UserKey(tenant: context.actor.user.tenant, user: user.userID)
        try context.store.replace(UserRecord(key: key, name: user.name, avatarURL: user.avatarURL))
        return Decision(answer: context.success(.changed(offset: nil, duplicate: false)))
    }

    /// Ends a user: memberships, row and connections.
    ///
    /// Messages stay, with their sender's id. Memberships end step by step; the row goes and the connections close with the last of them.
    static func remove(_ user: UserID, _ context: DecisionContext) throws -> Decision {
        guard context.actor.scopes.contains(.admin) else { throw SpecError(.forbidden, reason: "scope") }
        let key = UserKey(tenant: context.actor.user.tenant, user: user)
        guard try context.store.user(key) != nil else { throw SpecError(.notFound, field: "userId", reason: "user") }
        var effects: [Decision.Effect] = []
        let memberships = try context.store.memberships(of: key, limit: membershipsAtOnce)
        for membership in memberships {
            var conversation = membership.conversation
            // A conversation without an owner goes on; scope admin names another.
            effects += try MemberRules.end(
                of: user,
                in: &conversation,
                change: .left,
                removed: ConversationRemoved(reason: .left, by: context.actor.user.user),
                context
            ).effects
            effects += try BlockRules.reveal(conversation, context)
        }
        let isFinished = memberships.count < membershipsAtOnce
        if isFinished {
            try context.store.removeUnfinishedFiles(of: key)
            try context.store.removeUser(key)
            effects.append(.presence(.doubtAll(key)))
            effects.append(.close(key, connection: nil, .userRemoved))
        }
        return Decision(
            answer: context.success(.changed(offset: nil, duplicate: false)),
            effects: effects,
            isUnfinished: !isFinished
        )
    }
}
