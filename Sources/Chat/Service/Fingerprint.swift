import CAASProtocol
import Crypto

extension ChatRequest.Command {
    /// SHA-256 over what is asked for, spelling apart: tells a retry from an id used for something else (R2).
    ///
    /// Nil for what needs no memory: queries, what is ephemeral, joining, and messages, whose rows remember.
    var fingerprint: [UInt8]? {
        var print = Fingerprint()
        switch self {
        case .connect, .disconnect, .goodbye, .send, .join, .typing, .presence, .event, .eventToUser, .media, .relay,
            .connections, .disconnectUser, .read, .rate, .malformed, .call(.signal),
            .call(.ice), .call(.due), .call(.vouch), .fileChunk, .resumeFile, .fileStep:
            return nil
        case .call(.initiate(let call)):
            print.add("call", call.targetUserID?.rawValue, call.conversationID?.rawValue, call.type?.rawValue)
        case .call(.answer(let call)): print.add("answer", call.callID.rawValue)
        case .call(.reject(let call)): print.add("reject", call.callID.rawValue)
        case .call(.end(let call)): print.add("end", call.callID.rawValue)
        case .edit(let edit):
            print.add("edit", edit.messageID.rawValue, edit.content)
            print.add(edit.ifVersion)
        case .delete(let deletion):
            print.add("delete", deletion.messageID.rawValue, deletion.reason)
        case .create(let creation):
            print.add("create", creation.kind.rawValue, creation.visibility.rawValue, creation.name)
            print.add(creation.conversationID?.rawValue)
            print.add(creation.metadata?.canonicalForm())
            for member in creation.memberIDs { print.add(member.rawValue) }
        case .leave(let leave):
            guard leave.endsMembership else { return nil }
            print.add("leave", leave.conversationID.rawValue)
        case .invite(let invitation):
            print.add("invite", invitation.conversationID.rawValue, invitation.role.rawValue)
            for user in invitation.userIDs { print.add(user.rawValue) }
        case .remove(let removal):
            print.add("remove", removal.conversationID.rawValue, removal.userID.rawValue, removal.reason)
            print.add(removal.ban ? 1 : 0)
            print.add(removal.until)
        case .role(let change):
            print.add("role", change.conversationID.rawValue, change.userID.rawValue, change.role?.rawValue)
            print.add(change.mutedUntil)
        case .block(let block):
            print.add("block", block.userID.rawValue)
            print.add(block.on ? 1 : 0)
        case .beginFile(let begin):
            print.add("beginFile", begin.conversationID.rawValue, begin.name, begin.mimeType, begin.sha256)
            print.add(begin.size)
            print.add(begin.chunkSize)
        case .removeFile(let file): print.add("removeFile", file.rawValue)
        case .removeConversation(let conversation): print.add("removeConversation", conversation.rawValue)
        case .putUser(let update): print.add("putUser", update.userID.rawValue, update.name, update.avatarURL)
        case .removeUser(let user): print.add("removeUser", user.rawValue)
        case .update(let update):
            print.add("update", update.conversationID.rawValue, update.visibility?.rawValue)
            print.add(update.name == nil ? nil : 1)
            print.add(update.name?.value)
            print.add(update.metadata == nil ? nil : 1)
            print.add(update.metadata?.value?.canonicalForm())
            print.add(update.slowMode)
            print.add(update.frozen.map { $0 ? 1 : 0 })
        }
        return Array(print.hash.finalize())
    }
}

/// Fields, each with its length before it, so that no two lists of fields give the same bytes.
private struct Fingerprint {
    var hash = SHA256()

    mutating func add(_ texts: String?...) {
        for text in texts { add(text.map { Array($0.utf8) }) }
    }

    mutating func add(_ number: Int64?) { add(number.map { "\($0)" }) }

    mutating func add(_ bytes: [UInt8]?) {
        var length = UInt32(truncatingIfNeeded: bytes.map(\.count) ?? -1).bigEndian
        withUnsafeBytes(of: &length) { hash.update(bufferPointer: $0) }
        if let bytes { hash.update(data: bytes) }
    }
}

extension CallSignal {
    /// The same of a signal, which the call remembers.
    var fingerprint: [UInt8] {
        var print = Fingerprint()
        print.add("signal", callID.rawValue, to?.rawValue, kind.rawValue)
        print.add(payload.canonicalForm())
        return Array(print.hash.finalize())
    }
}

extension MessageSend {
    /// SHA-256 of the canonical form: the content hash of R2.
    package var contentHash: [UInt8] {
        Array(SHA256.hash(data: canonicalForm()))
    }
}
