extension ServerFrame {
    /// Appends the frame's JSON text: UTF-8, no white space, the same bytes for every reader.
    public func encode(into output: inout [UInt8]) {
        let conversationID = event.conversationID ?? conversationID
        output.append(#"{"id":""#)
        output.append(id)
        output.append(#"","type":""#)
        output.append(plain: event.type.rawValue)
        output.append(#"","version":1"#)
        output.member(#","timestamp":"#, integer: timestamp)
        output.member(#","conversationId":"#, id: conversationID?.rawValue)
        output.member(#","replyTo":"#, id: replyTo?.rawValue)
        output.append(#","data":"#)
        switch event {
        case .error(let error): error.encode(into: &output, conversationID: conversationID)
        case .ack(let acknowledgement): acknowledgement.encode(into: &output)
        default: output.object { output in output.members(of: event, conversationID: conversationID) }
        }
        output.append(UInt8(ascii: "}"))
    }
}

extension ServerEvent {
    /// The conversation that stands in the event itself.
    fileprivate var conversationID: ConversationID? {
        switch self {
        case .messageNew(let message): message.conversationID
        case .conversationUpdated(let summary): summary.conversationID
        default: nil
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ id: UUIDv7) {
        id.write { _, byte in append(byte) }
    }

    /// Appends the members of an event's data, the conversation second (R7).
    fileprivate mutating func members(of event: ServerEvent, conversationID: ConversationID?) {
        let conversation = conversationID?.rawValue
        switch event {
        case .messageNew(let message): members(of: message, conversationID: conversationID)
        case .messageUpdated(let update):
            member(#","messageId":"#, id: update.messageID.rawValue)
            member(#","conversationId":"#, id: conversation)
            member(#","content":"#, text: update.content)
            member(#","editVersion":"#, integer: update.editVersion)
            member(#","editedAt":"#, integer: update.editedAt)
            member(#","editedBy":"#, id: update.editedBy.rawValue)
            member(#","offset":"#, integer: update.offset)
        case .messageDeleted(let deletion):
            member(#","messageId":"#, id: deletion.messageID.rawValue)
            member(#","conversationId":"#, id: conversation)
            member(#","seq":"#, integer: deletion.seq)
            member(#","offset":"#, integer: deletion.offset)
            members(of: deletion.tombstone)
        case .typingUpdate(let userID, let typing, let expiresAt):
            member(#","userId":"#, id: userID.rawValue)
            member(#","conversationId":"#, id: conversation)
            member(#","typing":"#, flag: typing)
            member(#","expiresAt":"#, integer: expiresAt)
        case .sessionReady(let ready): members(of: ready)
        case .serverDrain(let reconnectInMs): member(#","reconnectInMs":"#, integer: reconnectInMs)
        case .conversationUpdated(let summary): members(of: summary)
        case .conversationRemoved(let removal):
            member(#","reason":"#, id: removal.reason.rawValue)
            member(#","conversationId":"#, id: conversation)
            member(#","by":"#, id: removal.by?.rawValue)
            member(#","until":"#, integer: removal.until)
        case .memberUpdated(let update):
            member(#","userId":"#, id: update.userID.rawValue)
            member(#","conversationId":"#, id: conversation)
            member(#","change":"#, id: update.change.rawValue)
            member(#","role":"#, id: update.role?.rawValue)
            member(#","until":"#, integer: update.until)
            member(#","offset":"#, integer: update.offset)
        case .pong(let serverTime): member(#","serverTime":"#, integer: serverTime)
        case .presenceUpdate(let presence): members(of: presence, conversation)
        case .callIncoming(let call): members(of: call, conversation)
        case .callAnswered(let call): members(of: call, conversation)
        case .callEnded(let call): members(of: call, conversation)
        case .callRinging(let call): members(of: call, conversation)
        case .callUpdate(let update): members(of: update, conversation)
        case .callSignal(let signal): members(of: signal, conversation)
        case .reactionUpdate(let update): members(of: update, conversation)
        case .receiptUpdate(let update): members(of: update, conversation)
        case .conversationChanged(let change): members(of: change, conversation)
        case .eventNew(let event): members(of: event, conversation)
        case .mediaCongestion(let congestion): members(of: congestion, conversation)
        case .fileProgress(let progress): members(of: progress, conversation)
        case .fileComplete(let file): members(of: file, conversation)
        case .sessionExpiring(let expiresAt): member(#","expiresAt":"#, integer: expiresAt)
        case .sessionResumed, .error, .ack: break
        }
    }
}
