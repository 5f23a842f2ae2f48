import CAASProtocol

/// What a connection itself brings about: its user is here, and types.
enum SessionRules {
    /// A user exists from the first valid token; its name is that of the latest one (R26).
    ///
    /// - Parameter connections: how many the user has already (R59).
    static func connect(connections: Int, _ context: DecisionContext) throws -> Decision {
        let actor = context.actor
        guard connections < context.settings.connectionsPerUser || !context.settings.countsRates else {
            throw SpecError(
                .rateLimited,
                reason: "connections",
                details: [
                    .init("scope", .text("user")),
                    .init("limit", .integer(Int64(context.settings.connectionsPerUser))),
                ],
                retryAfter: 30_000
            )
        }
        try noteUser(context)
        let user = try context.store.user(actor.user)
        return Decision(
            answer: context.success(.done),
            effects: [
                .connect(
                    inbox: actor.inbox ? try context.store.inboxConversations(of: actor.user) : [],
                    try context.store.presence(of: actor.user),
                    Welcome(
                        name: user?.name,
                        avatarURL: user?.avatarURL,
                        lastClientIDs: try context.store.lastClientIDs(of: actor.user, limit: 64)
                    )
                )
            ]
        )
    }

    /// A user who asks without a connection exists from then on too.
    static func noteCaller(_ context: DecisionContext) throws {
        if context.actor.connection.isCaller, context.actor.key == nil { try noteUser(context) }
    }

    private static func noteUser(_ context: DecisionContext) throws {
        let actor = context.actor
        let known = try context.store.user(actor.user)
        if known == nil || isNews(actor.name, known?.name) || isNews(actor.avatarURL, known?.avatarURL) {
            try context.store.put(UserRecord(key: actor.user, name: actor.name, avatarURL: actor.avatarURL))
        }
    }

    /// Compared as bytes (R78): another spelling of the same letters is another name.
    private static func isNews(_ told: String?, _ known: String?) -> Bool {
        guard let told else { return false }
        return known.map { !told.utf8.elementsEqual($0.utf8) } ?? true
    }

    static func typing(_ id: ConversationID, typing: Bool, _ context: DecisionContext) throws -> Decision {
        let conversation = try context.conversation(id)
        _ = try context.role(in: conversation)
        let effect: Decision.Effect =
            typing ? .startTyping(conversation.key) : .stopTyping(conversation.key, context.actor.user.user)
        return Decision(
            answer: context.success(.done),
            effects: try context.activation(of: conversation) + [effect]
        )
    }
}
