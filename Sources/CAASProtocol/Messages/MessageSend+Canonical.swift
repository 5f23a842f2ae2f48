extension MessageSend {
    /// The canonical form of R2, whose SHA-256 is the content hash.
    ///
    /// Members sorted by bytes; defaults filled in; absent, null and the empty list all left out; texts unescaped but
    /// for what JSON must escape; numbers by value; no white space. Stored hashes rest on it: it never changes.
    public func canonicalForm() -> [UInt8] {
        var output: [UInt8] = []
        output.object { output in
            if !body.attachments.isEmpty {
                output.append(#","attachments":"#)
                output.list(body.attachments) { output, attachment in output.append(canonical: attachment) }
            }
            output.member(#","content":"#, text: body.content)
            output.member(#","conversationId":"#, id: conversationID.rawValue)
            if !body.mentions.isEmpty {
                output.append(#","mentions":"#)
                output.list(body.mentions) { output, user in output.append(text: user.rawValue) }
            }
            output.member(#","metadata":"#, canonical: body.metadata)
            output.member(#","replyTo":"#, id: body.replyTo?.rawValue)
            output.member(#","threadId":"#, id: body.threadID?.rawValue)
            output.member(#","type":"#, text: body.type)
        }
        return output
    }
}

extension [UInt8] {
    fileprivate mutating func append(canonical attachment: Attachment) {
        object { output in
            output.member(#","attachmentId":"#, text: attachment.attachmentID)
            output.member(#","duration":"#, integer: attachment.duration)
            output.member(#","height":"#, integer: attachment.height)
            output.member(#","metadata":"#, canonical: attachment.metadata)
            output.member(#","mimeType":"#, text: attachment.mimeType)
            output.member(#","name":"#, text: attachment.name)
            output.member(#","size":"#, integer: attachment.size)
            output.member(#","thumbnailUrl":"#, text: attachment.thumbnailURL)
            output.member(#","url":"#, text: attachment.url)
            output.member(#","width":"#, integer: attachment.width)
        }
    }

    fileprivate mutating func member(_ name: StaticString, canonical json: JSONFragment?) {
        guard let json else { return }
        append(name)
        append(canonical: json)
    }
}
