import CAASProtocol

/// Own events: handed on as they are, and kept nowhere (R76).
enum EventRules {
    /// To the joined connections of a conversation, from those who may write there.
    static func send(_ event: EventSend, _ context: DecisionContext) throws -> Decision {
        let conversation = try context.conversation(event.conversationID)
        try context.checkPosting(in: conversation)
        let told = EventNew(name: event.name, payload: event.payload, senderID: context.actor.user.user)
        return Decision(
            answer: context.success(.done),
            effects: try context.activation(of: conversation) + [.publishToJoined(conversation.key, .eventNew(told))]
        )
    }

    /// To all connections of a user, who need not be here: from backends, as their route has made sure.
    static func send(_ event: OwnEvent, to user: UserID, _ context: DecisionContext) -> Decision {
        let told = EventNew(name: event.name, payload: event.payload, senderID: context.actor.user.user)
        return Decision(answer: context.success(.done), effects: [.tell(user, nil, .eventNew(told))])
    }
}
