/// What is said about messages that are there.
extension ClientFrame {
    func messageReceipt(_ bytes: RawSpan) throws(SpecError) -> MessageReceipt {
        let conversationID = try conversation()
        let rare = try rare(bytes)
        let seq = try rare.required(.seq, try rare.integer(.seq, from: 0, bytes))
        let isPrivate = try rare.flag(.private) ?? false
        return MessageReceipt(conversationID: conversationID, seq: seq, isPrivate: isPrivate)
    }

    func messageReact(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageReact {
        let rare = try rare(bytes)
        let messageID: MessageID = try data.required(.messageId, try data.id(.messageId, bytes))
        let emoji = try rare.required(.emoji, try rare.text(.emoji, bytes: limits.emojiBytes, bytes))
        let on = try rare.required(.on, try rare.flag(.on))
        return MessageReact(messageID: messageID, conversationID: conversationID, emoji: emoji, on: on)
    }

    func messagePin(_ bytes: RawSpan) throws(SpecError) -> MessagePin {
        let rare = try rare(bytes)
        let messageID: MessageID = try data.required(.messageId, try data.id(.messageId, bytes))
        let on = try rare.required(.on, try rare.flag(.on))
        return MessagePin(messageID: messageID, conversationID: conversationID, on: on)
    }

    func messageSearch(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageSearch {
        let rare = try rare(bytes)
        let query = try rare.required(.q, try rare.text(.q, bytes))
        return MessageSearch(query: query, conversationID: conversationID, page: try page(bytes, limits))
    }
}
