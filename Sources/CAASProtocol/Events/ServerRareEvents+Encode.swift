/// Data of the rarer events; the conversation stands second, as in every event (R7).
extension [UInt8] {
    /// Appends the members of `presence:update`.
    mutating func members(of presence: Presence, _ conversation: String?) {
        member(#","userId":"#, id: presence.userID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","status":"#, id: presence.status.rawValue)
        member(#","customMessage":"#, text: presence.customMessage)
        member(#","customMessageUntil":"#, integer: presence.customMessageUntil)
        member(#","lastSeen":"#, integer: presence.lastSeen)
        member(#","v":"#, integer: presence.v)
    }

    /// Appends the members of `reaction:update`.
    mutating func members(of update: ReactionUpdate, _ conversation: String?) {
        member(#","messageId":"#, id: update.messageID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","userId":"#, id: update.userID.rawValue)
        member(#","emoji":"#, text: update.emoji)
        member(#","on":"#, flag: update.on)
        append(#","counts":"#)
        object { output in
            for count in update.counts {
                output.append(UInt8(ascii: ","))
                output.append(text: count.emoji)
                output.append(UInt8(ascii: ":"))
                output.append(integer: count.count)
            }
        }
        member(#","offset":"#, integer: update.offset)
    }

    /// Appends the members of `receipt:update`.
    mutating func members(of update: ReceiptUpdate, _ conversation: String?) {
        member(#","userId":"#, id: update.userID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","readSeq":"#, integer: update.readSeq)
        member(#","deliveredSeq":"#, integer: update.deliveredSeq)
    }

    /// Appends the members of `conversation:updated`.
    mutating func members(of change: ConversationChange, _ conversation: String?) {
        member(#","offset":"#, integer: change.offset)
        member(#","conversationId":"#, id: conversation)
        member(#","name":"#, text: change.name?.value)
        if change.name == .clear { append(#","name":null"#) }
        member(#","metadata":"#, json: change.metadata?.value)
        if change.metadata == .clear { append(#","metadata":null"#) }
        member(#","visibility":"#, id: change.visibility?.rawValue)
        member(#","slowMode":"#, integer: change.slowMode)
        if let frozen = change.frozen { member(#","frozen":"#, flag: frozen) }
    }

    /// Appends the members of `event:new`.
    mutating func members(of event: EventNew, _ conversation: String?) {
        member(#","name":"#, text: event.name)
        member(#","conversationId":"#, id: conversation)
        member(#","payload":"#, json: event.payload)
        member(#","senderId":"#, id: event.senderID.rawValue)
    }

    /// Appends the members of `media:congestion`.
    mutating func members(of congestion: MediaCongestion, _ conversation: String?) {
        member(#","dropped":"#, integer: congestion.dropped)
        member(#","conversationId":"#, id: conversation)
        member(#","streamId":"#, text: congestion.streamID)
    }

    /// Appends the members of `file:progress`.
    mutating func members(of progress: FileProgress, _ conversation: String?) {
        member(#","fileId":"#, id: progress.fileID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","nextIndex":"#, integer: progress.nextIndex)
    }

    /// Appends the members of `file:complete`.
    mutating func members(of file: FileComplete, _ conversation: String?) {
        member(#","fileId":"#, id: file.fileID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","attachmentId":"#, text: file.attachmentID)
        member(#","sha256":"#, text: file.sha256)
    }
}
