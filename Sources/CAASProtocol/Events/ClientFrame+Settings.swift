/// The members of one cursor of `conversation:sync` (R65).
private enum CursorMember: UInt8, MemberName {
    case conversationId, offset

    static let spellings: [StaticString] = ["conversationId", "offset"]
}

extension ClientFrame {
    func conversationSync(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationSync {
        let rare = try rare(bytes)
        let list = try rare.required(.cursors, try rare.list(.cursors, bytes))
        guard list.count <= limits.cursors else {
            throw .tooMany(rare.path(.cursors), limit: limits.cursors, size: list.count)
        }
        var cursors: [ConversationSync.Cursor] = []
        for (place, token) in list.enumerated() {
            let prefix = "\(rare.path(.cursors))[\(place)]."
            let cursor = try token.members(of: CursorMember.self, prefix: prefix, bytes)
            let id: ConversationID = try cursor.required(.conversationId, try cursor.id(.conversationId, bytes))
            let offset = try cursor.required(.offset, try cursor.integer(.offset, from: 0, bytes))
            cursors.append(.init(conversationID: id, offset: offset))
        }
        return ConversationSync(cursors: cursors)
    }

    func conversationUpdate(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> ConversationUpdate {
        let conversationID = try conversation()
        let rare = try rare(bytes)
        let name = data.change(.name, try data.text(.name, characters: limits.nameCharacters, bytes))
        let metadata = data.change(.metadata, try data.object(.metadata, bytes: limits.metadataBytes, bytes))
        let visibility: ConversationVisibility? = try data.choice(.visibility, bytes)
        let slowMode = try rare.integer(.slowMode, from: 0, bytes)
        if let slowMode, slowMode > limits.slowModeSeconds { throw .invalid(rare.path(.slowMode)) }
        let frozen = try rare.flag(.frozen)
        guard name != nil || metadata != nil || visibility != nil || slowMode != nil || frozen != nil else {
            throw .missing(data.path(.name))
        }
        return ConversationUpdate(
            conversationID: conversationID,
            name: name,
            metadata: metadata,
            visibility: visibility,
            slowMode: slowMode,
            frozen: frozen
        )
    }
}
