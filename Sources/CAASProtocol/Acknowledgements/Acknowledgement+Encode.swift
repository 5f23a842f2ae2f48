extension Acknowledgement {
    /// Appends the body of R11: `{success:true, …}` or `{success:false, error}`.
    ///
    /// It is a Socket.IO acknowledgement's argument and the data of an `ack` frame.
    public func encode(into output: inout [UInt8]) {
        output.object { output in
            switch self {
            case .success(let timestamp, let outcome):
                output.append(#","success":true"#)
                outcome.encode(into: &output, timestamp: timestamp)
            case .failure(let error):
                output.append(#","success":false,"error":"#)
                error.encode(into: &output)
            }
        }
    }
}

extension Acknowledgement.Outcome {
    fileprivate func encode(into output: inout [UInt8], timestamp: Int64) {
        output.member(#","messageId":"#, id: messageID?.rawValue)
        output.member(#","timestamp":"#, integer: timestamp)
        switch self {
        case .done: break
        case .sent(_, let seq, let offset, let duplicate):
            output.member(#","seq":"#, integer: seq)
            output.place(offset, duplicate)
        case .edited(_, let editVersion, let offset, let duplicate):
            output.member(#","editVersion":"#, integer: editVersion)
            output.place(offset, duplicate)
        case .deleted(_, let offset, let duplicate): output.place(offset, duplicate)
        case .left(let offset, let duplicate), .changed(let offset, let duplicate): output.place(offset, duplicate)
        case .history(let messages, let hasMore):
            output.append(#","messages":"#)
            output.list(messages) { output, message in output.append(listed: message) }
            output.member(#","hasMore":"#, flag: hasMore)
        case .joined(let latestSeq, let latestOffset, let role, let members):
            output.member(#","latestSeq":"#, integer: latestSeq)
            output.member(#","latestOffset":"#, integer: latestOffset)
            output.member(#","role":"#, id: role.rawValue)
            output.member(#","members":"#, integer: Int64(members))
        case .created(let conversationID, let existing, let duplicate):
            output.member(#","conversationId":"#, id: conversationID.rawValue)
            if existing { output.append(#","existing":true"#) }
            output.place(nil, duplicate)
        case .conversations(let conversations, let cursor):
            output.append(#","conversations":"#)
            output.list(conversations) { output, conversation in output.append(listed: conversation) }
            output.member(#","cursor":"#, text: cursor)
        case .members(let members, let cursor):
            output.append(#","members":"#)
            output.list(members) { output, member in output.append(member) }
            output.member(#","cursor":"#, text: cursor)
        case .invited(let users, let offset, let duplicate):
            output.append(#","added":"#)
            output.list(users) { output, user in output.append(text: user.rawValue) }
            output.place(offset, duplicate)
        case .role(let role, let offset, let duplicate):
            output.member(#","role":"#, id: role.rawValue)
            output.place(offset, duplicate)
        case .conversation(let summary, let members):
            output.members(of: summary)
            output.member(#","members":"#, integer: Int64(members))
        case .message(let message):
            output.append(#","message":"#)
            output.append(listed: message)
        case .user(let user):
            output.member(#","userId":"#, id: user.userID.rawValue)
            output.member(#","name":"#, text: user.name)
            output.member(#","avatarUrl":"#, text: user.avatarURL)
        case .connections(let connections):
            output.append(#","connections":"#)
            output.list(connections) { output, connection in output.append(connection) }
        case .call(let call): output.members(of: call)
        case .iceServers(let servers): output.member(iceServers: servers)
        case .uploading(let file, let nextIndex, let window, let duplicate):
            output.member(#","fileId":"#, id: file.rawValue)
            output.member(#","nextIndex":"#, integer: nextIndex)
            output.member(#","window":"#, integer: window)
            output.place(nil, duplicate)
        case .arrived(let file):
            output.append(#","complete":true"#)
            output.members(of: file, nil)
        case .file(let file): output.members(of: file)
        case .presences(let presences):
            output.append(#","presences":"#)
            output.list(presences) { output, presence in output.object { $0.members(of: presence, nil) } }
        case .relayed(let sequence): output.member(#","sequence":"#, integer: Int64(sequence))
        case .session(let expiresAt): output.member(#","expiresAt":"#, integer: expiresAt)
        case .pong(let serverTime): output.member(#","serverTime":"#, integer: serverTime)
        }
    }

    private var messageID: MessageID? {
        switch self {
        case .sent(let id, _, _, _), .edited(let id, _, _, _), .deleted(let id, _, _): id
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends where the change stands, and whether it was made by an earlier copy of the frame (R2).
    fileprivate mutating func place(_ offset: Int64?, _ duplicate: Bool) {
        member(#","offset":"#, integer: offset)
        if duplicate { append(#","duplicate":true"#) }
    }

    fileprivate mutating func members(of file: FileSummary) {
        member(#","attachmentId":"#, text: file.attachmentID)
        member(#","conversationId":"#, id: file.conversationID.rawValue)
        member(#","senderId":"#, id: file.senderID.rawValue)
        member(#","name":"#, text: file.name)
        member(#","mimeType":"#, text: file.mimeType)
        member(#","size":"#, integer: file.size)
        member(#","sha256":"#, text: file.sha256)
        member(#","createdAt":"#, integer: file.createdAt)
    }

    fileprivate mutating func append(_ connection: ConnectionSummary) {
        object { output in
            output.member(#","id":"#, text: connection.id)
            output.member(#","deviceId":"#, text: connection.deviceID)
            output.member(#","transport":"#, text: connection.transport)
            output.member(#","since":"#, integer: connection.since)
        }
    }

    fileprivate mutating func append(_ member: MemberSummary) {
        object { output in
            output.member(#","userId":"#, id: member.userID.rawValue)
            output.member(#","name":"#, text: member.name)
            output.member(#","avatarUrl":"#, text: member.avatarURL)
            output.member(#","role":"#, id: member.role.rawValue)
            output.member(#","joinedAt":"#, integer: member.joinedAt)
        }
    }
}
