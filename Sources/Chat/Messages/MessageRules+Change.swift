import CAASProtocol

extension MessageRules {
    /// Only the author edits, never a moderator; a backend may with scope `admin` (R18).
    static func edit(_ request: MessageEdit, _ context: DecisionContext) throws -> Decision {
        var (conversation, record) = try find(request.messageID, claimed: request.conversationID, context)
        guard record.message.tombstone == nil else {
            throw SpecError(.notFound, field: "data.messageId", reason: "deleted")
        }
        guard record.message.senderID == context.actor.user.user || context.actor.scopes.contains(.admin) else {
            throw SpecError(.forbidden, reason: "not_author")
        }
        // What the service says of a call stays what it has said (R17, R49).
        guard record.message.body.type != MessageBody.callType else { throw SpecError(.forbidden, reason: "system") }
        try checkWindow(context.settings.editWindow, since: record.message.createdAt, reason: "edit_window", context)
        if let expected = request.ifVersion, expected != record.message.editVersion {
            throw SpecError(
                .alreadyExists,
                field: "data.ifVersion",
                reason: "version_conflict",
                details: [.init("editVersion", .integer(record.message.editVersion))]
            )
        }
        guard !request.content.isEmpty || !record.message.body.attachments.isEmpty else {
            throw SpecError(.missingField, field: "data.content")
        }
        // Same content: nothing has changed, so nobody is told (R18, compared as bytes by R78).
        guard !request.content.utf8.elementsEqual(record.message.body.content.utf8) else {
            return Decision(answer: edited(record, offset: record.message.offset, context))
        }
        let offset = try context.store.edit(
            &record,
            in: &conversation,
            content: request.content,
            editedAt: context.time
        )
        let event = ServerEvent.messageUpdated(
            MessageUpdated(
                messageID: request.messageID,
                content: request.content,
                editVersion: record.message.editVersion,
                editedAt: context.time,
                editedBy: context.actor.user.user,
                offset: offset
            )
        )
        return Decision(
            answer: edited(record, offset: offset, context),
            effects: try context.activation(of: conversation) + [.publish(conversation.key, event)]
        )
    }

    /// The author deletes, or a moderator whose role is above the author's (R19, R30).
    static func delete(_ request: MessageDelete, _ context: DecisionContext) throws -> Decision {
        var (conversation, record) = try find(request.messageID, claimed: request.conversationID, context)
        let message = record.message
        if message.senderID == context.actor.user.user {
            // A repetition is answered as the first time, however late.
            if message.tombstone == nil {
                try checkWindow(
                    context.settings.deleteWindow,
                    since: message.createdAt,
                    reason: "delete_window",
                    context
                )
            }
        } else {
            let role = try context.role(in: conversation, unknown: .unknownMessage)
            let author = try context.store.member(of: conversation, message.senderID)?.role
            // A backend with scope admin stands above every member: it edits what others wrote (R18), and may take it away.
            let isAbove = context.actor.scopes.contains(.admin) || author.map { $0 < role } ?? true
            guard role >= .moderator, isAbove else {
                throw SpecError(.forbidden, reason: "role")
            }
        }
        guard message.tombstone == nil else {
            return Decision(
                answer: context.success(.deleted(messageID: message.id, offset: message.offset, duplicate: true))
            )
        }
        let tombstone = Message.Tombstone(
            deletedAt: context.time,
            deletedBy: context.actor.user.user,
            reason: request.reason
        )
        try FileAttachments.release(message.body, context)
        let offset = try context.store.delete(&record, in: &conversation, tombstone: tombstone)
        let event = ServerEvent.messageDeleted(
            MessageDeleted(messageID: message.id, seq: message.seq, offset: offset, tombstone: tombstone)
        )
        return Decision(
            answer: context.success(.deleted(messageID: message.id, offset: offset, duplicate: false)),
            effects: try context.activation(of: conversation) + [.publish(conversation.key, event)]
        )
    }

    private static func find(
        _ id: MessageID,
        claimed: ConversationID?,
        _ context: DecisionContext
    ) throws -> (ConversationRecord, MessageRecord) {
        let (conversation, seq) = try context.store.locate(id, tenant: context.actor.user.tenant, claimed: claimed)
        guard let record = try context.store.message(in: conversation, seq: seq) else {
            throw SpecError.unknownMessage
        }
        _ = try context.role(in: conversation, unknown: .unknownMessage)
        return (conversation, record)
    }

    private static func edited(_ record: MessageRecord, offset: Int64, _ context: DecisionContext) -> Acknowledgement {
        context.success(
            .edited(
                messageID: record.message.id,
                editVersion: record.message.editVersion,
                offset: offset,
                duplicate: false
            )
        )
    }

    private static func checkWindow(
        _ window: Duration?,
        since createdAt: Int64,
        reason: String,
        _ context: DecisionContext
    ) throws {
        guard let window, context.time - createdAt > window.milliseconds else { return }
        throw SpecError(.forbidden, reason: reason)
    }
}
