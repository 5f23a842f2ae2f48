extension [UInt8] {
    /// Appends the members of a conversation's summary, the kind before the id as in an event (R26).
    mutating func members(of summary: ConversationSummary) {
        member(#","kind":"#, id: summary.kind.rawValue)
        member(#","conversationId":"#, id: summary.conversationID.rawValue)
        member(#","name":"#, text: summary.name)
        member(#","visibility":"#, id: summary.visibility.rawValue)
        member(#","metadata":"#, json: summary.metadata)
        member(#","role":"#, id: summary.role.rawValue)
        member(#","latestSeq":"#, integer: summary.latestSeq)
        member(#","latestOffset":"#, integer: summary.latestOffset)
        member(#","peerId":"#, id: summary.peerID?.rawValue)
        if let message = summary.lastMessage {
            append(#","lastMessage":"#)
            append(listed: message)
        }
    }

    /// Appends a conversation as an item of a list.
    mutating func append(listed summary: ConversationSummary) {
        object { output in output.members(of: summary) }
    }
}
