extension [UInt8] {
    /// Appends the members of a message (R17), or of what is left of it (R22).
    ///
    /// - Parameter conversationID: The message's conversation; a tombstone in a list goes without.
    mutating func members(of message: Message, conversationID: ConversationID?) {
        member(#","messageId":"#, id: message.id.rawValue)
        member(#","conversationId":"#, id: conversationID?.rawValue)
        member(#","seq":"#, integer: message.seq)
        member(#","offset":"#, integer: message.offset)
        member(#","senderId":"#, id: message.senderID.rawValue)
        if let tombstone = message.tombstone {
            member(#","createdAt":"#, integer: message.createdAt)
            append(#","deleted":true"#)
            members(of: tombstone)
            return
        }
        member(#","clientId":"#, id: message.clientID.rawValue)
        member(#","type":"#, text: message.body.type)
        member(#","content":"#, text: message.body.content)
        attachments(message.body.attachments)
        replyAndThread(of: message.body)
        member(#","createdAt":"#, integer: message.createdAt)
        member(#","editVersion":"#, integer: message.editVersion)
        member(#","editedAt":"#, integer: message.editedAt)
    }

    /// Appends when, by whom and why a message was deleted (R19).
    mutating func members(of tombstone: Message.Tombstone) {
        member(#","deletedAt":"#, integer: tombstone.deletedAt)
        member(#","deletedBy":"#, id: tombstone.deletedBy.rawValue)
        member(#","reason":"#, text: tombstone.reason)
    }

    /// Appends a message as an item of a list.
    mutating func append(listed message: Message) {
        object { output in
            output.members(of: message, conversationID: message.tombstone == nil ? message.conversationID : nil)
        }
    }
}
