import CAASProtocol

/// The files that a message refers to: each belongs to its conversation and has arrived, and goes with the last message.
enum FileAttachments {
    /// The body with what the service knows of its files: their type and size, and a name where it has none.
    ///
    /// - Returns: the body, and the files that are not to be removed while the message is there.
    static func resolve(
        _ body: MessageBody,
        in conversation: ConversationRecord,
        _ context: DecisionContext
    ) throws -> (body: MessageBody, files: Set<FileID>) {
        var body = body
        var files: Set<FileID> = []
        for (place, attachment) in body.attachments.enumerated() {
            guard let text = attachment.attachmentID else { continue }
            guard let id = FileID(text), let file = try context.store.file(id, of: conversation.key.tenant),
                file.isComplete, file.conversation == conversation.key
            else { throw SpecError.unknownFile("data.attachments[\(place)].attachmentId") }
            body.attachments[place].name = attachment.name ?? file.name
            body.attachments[place].mimeType = file.mimeType
            body.attachments[place].size = file.size
            files.insert(id)
        }
        return (body, files)
    }

    /// A message with these files was deleted.
    static func release(_ body: MessageBody, _ context: DecisionContext) throws {
        for file in Set(body.attachments.compactMap(\.attachmentID).compactMap { FileID($0) }) {
            try context.store.detach(file)
        }
    }
}
