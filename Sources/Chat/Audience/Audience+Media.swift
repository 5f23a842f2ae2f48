import CAASProtocol

/// Who gets the media packets of a conversation (R52).
extension Audience {
    /// Notes what a connection wants of a conversation that it has joined.
    mutating func change(
        _ change: MediaSubscription,
        isOn: Bool,
        of id: ConnectionID,
        in conversation: ConversationKey,
        _ deliveries: inout [Delivery]
    ) {
        guard joinedConversations(of: id).contains(conversation) else { return }
        let before = mediaWishes[conversation, id]
        let wish = before.after(change, isOn: isOn)
        guard wish != before else { return }
        mediaWishes.set(wish, conversation, id)
        if isLive(conversation) { deliveries.append(.receives(conversation, id, wish)) }
    }

    /// Tells the loop of a joined reader what it wants, where it has said so.
    func tellWish(_ conversation: ConversationKey, _ id: ConnectionID, _ deliveries: inout [Delivery]) {
        let wish = mediaWishes[conversation, id]
        if wish != .unsaid { deliveries.append(.receives(conversation, id, wish)) }
    }
}
