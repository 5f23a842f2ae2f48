import CAASProtocol

/// Changing what a conversation is called and who may come in (R30).
enum SettingsRules {
    static func update(_ request: ConversationUpdate, _ context: DecisionContext) throws -> Decision {
        // Whoever freezes a conversation and is told "done" believes that it is quiet.
        for (field, isGiven) in [("slowMode", request.slowMode != nil), ("frozen", request.frozen != nil)] where isGiven
        {
            throw SpecError(.invalidPayload, field: "data.\(field)", reason: "not_yet")
        }
        var conversation = try context.conversation(request.conversationID)
        guard try context.role(in: conversation) >= .owner else { throw SpecError(.forbidden, reason: "role") }
        // What two people say to each other stays theirs.
        guard conversation.kind != .direct || request.visibility != .public else {
            throw SpecError(.forbidden, field: "data.visibility", reason: "direct")
        }
        var change = ConversationChange(offset: 0)
        if let name = request.name, !name.leaves(conversation.name) {
            conversation.name = name.value
            change.name = name
        }
        if let metadata = request.metadata, metadata.value != conversation.metadata {
            conversation.metadata = metadata.value
            change.metadata = metadata
        }
        if let visibility = request.visibility, visibility != conversation.visibility {
            conversation.visibility = visibility
            change.visibility = visibility
        }
        guard change != ConversationChange(offset: 0) else {
            return Decision(answer: context.success(.changed(offset: nil, duplicate: false)))
        }
        try context.store.putSettings(of: &conversation)
        change.offset = try context.store.nextOffset(of: &conversation)
        return Decision(
            answer: context.success(.changed(offset: change.offset, duplicate: false)),
            effects: try context.activation(of: conversation) + [
                .publish(conversation.key, .conversationChanged(change))
            ]
        )
    }
}

extension FieldChange<String> {
    /// Whether nothing changes, compared as bytes (R78).
    fileprivate func leaves(_ known: String?) -> Bool {
        guard let value, let known else { return value == nil && known == nil }
        return value.utf8.elementsEqual(known.utf8)
    }
}
