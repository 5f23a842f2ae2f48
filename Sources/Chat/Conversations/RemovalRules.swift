import CAASProtocol

/// Deleting a whole conversation (R30, R31): owners only.
enum RemovalRules {
    /// Members that are told of it although they have not joined: as many as one step of the chat queue takes.
    static let toldMembers = 10_000

    static func remove(
        _ id: ConversationID,
        _ calls: inout CallTable,
        _ context: DecisionContext
    ) throws -> Decision {
        let conversation = try context.conversation(id)
        guard try context.role(in: conversation) >= .owner else { throw SpecError(.forbidden, reason: "role") }
        // Both sides of a direct conversation own it, and neither takes the other's messages away.
        guard conversation.kind != .direct || context.actor.scopes.contains(.admin) else {
            throw SpecError(.forbidden, reason: "direct")
        }
        let members = try context.store.members(of: conversation, after: nil, limit: toldMembers)
            .filter { !$0.isHidden }.map(\.user)
        let ended = conversation.kind == .direct ? try CallRules.dissolving(conversation.key, &calls, context) : []
        try context.store.remove(conversation)
        return Decision(
            answer: context.success(.changed(offset: nil, duplicate: false)),
            effects: ended + [
                .dissolve(
                    conversation.key,
                    members: members,
                    ConversationRemoved(reason: .deleted, by: context.actor.user.user)
                )
            ]
        )
    }
}
