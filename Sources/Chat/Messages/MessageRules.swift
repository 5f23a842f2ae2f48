import CAASProtocol

/// Sending, editing and deleting (R2, R3, R16–R19, R30): what a request may do, and what follows from it.
enum MessageRules {
    static func send(_ request: MessageSend, hash: [UInt8], _ context: DecisionContext) throws -> Decision {
        var conversation = try context.conversation(request.conversationID)
        var body = request.body
        var files: Set<FileID> = []
        do {
            try checkSend(request, in: conversation, context)
            if !body.attachments.isEmpty {
                (body, files) = try FileAttachments.resolve(body, in: conversation, context)
            }
            if let refusal = context.countMessage(conversation.key) { throw refusal }
        } catch let refusal as SpecError {
            // A message that was taken stays taken, whatever became of its sender since (R1, R2).
            guard let known = try known(hash: hash, in: conversation, context) else { throw refusal }
            return known
        }
        let message = NewMessage(
            sender: context.actor.user.user,
            clientID: context.frame,
            contentHash: hash,
            body: body,
            clientTimestamp: request.clientTimestamp,
            createdAt: context.time
        )
        switch try context.store.append(message, to: &conversation) {
        case .duplicate(let record):
            context.giveBackMessage(conversation.key)
            return try repeated(record, hash: hash)
        case .stored(let seq, let offset):
            for file in files { try context.store.attach(file, at: seq) }
            let id = MessageID(.init(handle: conversation.handle, seq: seq))
            let event = ServerEvent.messageNew(
                Message(
                    id: id,
                    conversationID: request.conversationID,
                    seq: seq,
                    offset: offset,
                    senderID: context.actor.user.user,
                    clientID: context.frame,
                    createdAt: context.time,
                    body: body
                )
            )
            return Decision(
                answer: context.success(.sent(messageID: id, seq: seq, offset: offset, duplicate: false)),
                effects: try context.activation(of: conversation) + [
                    .stopTyping(conversation.key, context.actor.user.user), .publish(conversation.key, event),
                ]
            )
        }
    }

    /// The answer that a frame id has already had here, if any (R2).
    static func known(
        hash: [UInt8],
        in conversation: ConversationRecord,
        _ context: DecisionContext
    ) throws -> Decision? {
        try context.store.sent(in: conversation, by: context.actor.user.user, as: context.frame)
            .map { try repeated($0, hash: hash) }
    }

    private static func checkSend(
        _ request: MessageSend,
        in conversation: ConversationRecord,
        _ context: DecisionContext
    ) throws {
        // Existence comes before membership (R1), but what stands in a conversation is nobody's business outside it.
        let role = try context.role(in: conversation)
        try checkQuoted(request.body.replyTo, field: "replyTo", in: conversation, context)
        try checkQuoted(request.body.threadID, field: "data.threadId", in: conversation, context)
        guard role >= conversation.neededToPost(context.settings) else {
            throw SpecError(.forbidden, reason: "role")
        }
    }

    private static func checkQuoted(
        _ id: MessageID?,
        field: String,
        in conversation: ConversationRecord,
        _ context: DecisionContext
    ) throws {
        guard let id else { return }
        guard let location = id.location, location.handle == conversation.handle,
            try context.store.message(in: conversation, seq: location.seq) != nil
        else { throw SpecError(.notFound, field: field, reason: "message") }
    }

    private static func repeated(_ record: MessageRecord, hash: [UInt8]) throws -> Decision {
        let message = record.message
        // A deleted message has lost its hash: the resend of its id gets the original answer (R2).
        guard record.contentHash == nil || record.contentHash == hash else {
            throw SpecError(
                .alreadyExists,
                field: "id",
                reason: "id_reused",
                details: [.init("messageId", .text(message.id.rawValue))]
            )
        }
        return Decision(
            answer: .success(
                timestamp: message.createdAt,
                .sent(messageID: message.id, seq: message.seq, offset: record.createdOffset, duplicate: true)
            ),
            isRepeated: true
        )
    }
}
