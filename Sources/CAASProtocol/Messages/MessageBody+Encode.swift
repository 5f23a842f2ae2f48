extension [UInt8] {
    /// Appends the members of a body that are there, but for type and content (R17).
    mutating func extras(of body: MessageBody) {
        if !body.attachments.isEmpty { attachments(body.attachments) }
        replyAndThread(of: body)
    }

    /// Appends the list of attachments, also an empty one.
    mutating func attachments(_ attachments: [Attachment]) {
        append(#","attachments":"#)
        list(attachments) { output, attachment in output.append(attachment) }
    }

    /// Appends what stands behind the attachments of a message.
    mutating func replyAndThread(of body: MessageBody) {
        member(#","replyTo":"#, id: body.replyTo?.rawValue)
        member(#","threadId":"#, id: body.threadID?.rawValue)
        if !body.mentions.isEmpty {
            append(#","mentions":"#)
            list(body.mentions) { output, user in output.append(text: user.rawValue) }
        }
        member(#","metadata":"#, json: body.metadata)
    }

    private mutating func append(_ attachment: Attachment) {
        object { output in
            output.member(#","url":"#, text: attachment.url)
            output.member(#","attachmentId":"#, text: attachment.attachmentID)
            output.member(#","name":"#, text: attachment.name)
            output.member(#","mimeType":"#, text: attachment.mimeType)
            output.member(#","size":"#, integer: attachment.size)
            output.member(#","width":"#, integer: attachment.width)
            output.member(#","height":"#, integer: attachment.height)
            output.member(#","duration":"#, integer: attachment.duration)
            output.member(#","thumbnailUrl":"#, text: attachment.thumbnailURL)
            output.member(#","metadata":"#, json: attachment.metadata)
        }
    }
}
