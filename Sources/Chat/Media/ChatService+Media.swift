import CAASProtocol

extension ChatService {
    /// Decides about a wish beside those of the same batch, whose effects are still to come.
    ///
    /// - Parameters:
    ///   - joined: What connections that join or leave in this batch have joined by then.
    ///   - receivers: Connections that become receivers in this batch.
    func decideMedia(
        _ change: MediaSubscription,
        isOn: Bool,
        _ context: DecisionContext,
        joined: [ConnectionID: Set<ConversationKey>],
        _ receivers: inout [ConversationKey: Set<ConnectionID>]
    ) throws -> Decision {
        let connection = context.actor.connection
        let conversation = context.key(change.conversationID)
        let joined = joined[connection] ?? audience.joinedConversations(of: connection)
        let before = audience.mediaWishes[conversation, connection]
        var newcomers = receivers[conversation] ?? []
        // One that takes its wish back in the same batch keeps its place until the next one.
        if !before.isReceiver, before.after(change, isOn: isOn).isReceiver { newcomers.insert(connection) }
        let count = audience.mediaWishes.receivers(in: conversation) + newcomers.count
        let decision = try MediaRules.change(
            change,
            isOn: isOn,
            hasJoined: joined.contains(conversation),
            hasRoom: newcomers.count == receivers[conversation]?.count ?? 0 || count <= MediaRules.receivers,
            context
        )
        receivers[conversation] = newcomers
        return decision
    }
}
