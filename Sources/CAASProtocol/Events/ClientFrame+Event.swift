extension ClientFrame {
    /// Decodes the payload where the event's behaviour is built, and looks at no other one.
    ///
    /// - Parameter bytes: The same bytes that were scanned.
    public func event(in bytes: RawSpan, limits: FrameLimits = FrameLimits()) throws(SpecError) -> ClientEvent {
        type.isBuilt ? try payload(in: bytes, limits: limits) : .notYet(type)
    }

    /// Decodes the payload: the fields in the table's order, the first failure answers (R1).
    ///
    /// Only `binary` has none: its packet is no frame, so that it is ``ClientEvent/notYet(_:)`` always.
    ///
    /// - Parameter bytes: The same bytes that were scanned.
    public func payload(in bytes: RawSpan, limits: FrameLimits = FrameLimits()) throws(SpecError) -> ClientEvent {
        switch type {
        case .messageSend: .messageSend(try messageSend(bytes, limits))
        case .messageEdit: .messageEdit(try messageEdit(bytes, limits))
        case .messageDelete: .messageDelete(try messageDelete(bytes, limits))
        case .messageHistory: .messageHistory(try messageHistory(bytes, limits))
        case .typingStart: .typingStart(try conversation())
        case .typingStop: .typingStop(try conversation())
        case .conversationCreate: .conversationCreate(try conversationCreate(bytes, limits))
        case .conversationJoin: .conversationJoin(try conversation())
        case .conversationLeave: .conversationLeave(try conversationLeave())
        case .conversationList: .conversationList(try page(bytes, limits))
        case .conversationMembers: .conversationMembers(try conversationMembers(bytes, limits))
        case .conversationInvite: .conversationInvite(try conversationInvite(bytes, limits))
        case .conversationRemove: .conversationRemove(try conversationRemove(bytes, limits))
        case .conversationRole: .conversationRole(try conversationRole(bytes))
        case .sessionAuth: .sessionAuth(try sessionAuth(bytes))
        case .sessionRefresh: .sessionRefresh(token: try token(bytes))
        case .ping: try ping()
        case .presenceUpdate: .presenceUpdate(try presenceUpdate(bytes, limits))
        case .callInitiate: .callInitiate(try callInitiate(bytes))
        case .callAnswer: .callAnswer(try callReference(bytes))
        case .callReject: .callReject(try callReference(bytes))
        case .callEnd: .callEnd(try callReference(bytes))
        case .messageRead: .messageRead(try messageReceipt(bytes))
        case .messageDelivered: .messageDelivered(try messageReceipt(bytes))
        case .messageReact: .messageReact(try messageReact(bytes, limits))
        case .messagePin: .messagePin(try messagePin(bytes))
        case .messageSearch: .messageSearch(try messageSearch(bytes, limits))
        case .conversationSync: .conversationSync(try conversationSync(bytes, limits))
        case .conversationUpdate: .conversationUpdate(try conversationUpdate(bytes, limits))
        case .presenceSubscribe: .presenceSubscribe(try presenceSubscription(bytes, limits))
        case .presenceUnsubscribe: .presenceUnsubscribe(try presenceSubscription(bytes, limits))
        case .callSignal: .callSignal(try callSignal(bytes, limits))
        case .callICE: .callICE(try callReference(bytes))
        case .eventSend: .eventSend(try eventSend(bytes, limits))
        case .userBlock: .userBlock(try userBlock(bytes))
        case .mediaSubscribe: .mediaSubscribe(try mediaSubscription(bytes))
        case .mediaUnsubscribe: .mediaUnsubscribe(try mediaSubscription(bytes))
        case .fileBegin: .fileBegin(try fileBegin(bytes, limits))
        case .fileResume: .fileResume(try fileResume(bytes))
        case .binary: .notYet(type)
        }
    }

    /// `data` is an object where there is one.
    func checkPayload() throws(SpecError) {
        guard payload.isMissing || payload.has(.object) else { throw .invalid("data") }
    }

    /// The conversation of an event that wants one (R7).
    func conversation() throws(SpecError) -> ConversationID {
        try checkPayload()
        guard let conversationID else { throw .missing("conversationId") }
        return conversationID
    }

    private func ping() throws(SpecError) -> ClientEvent {
        try checkPayload()
        return .ping
    }

    // MARK: Messages

    private func messageSend(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageSend {
        let conversationID = try conversation()
        var body = try MessageBody(data, limits: limits, bytes)
        if !replyTo.isMissing {
            guard let quoted = MessageID(replyTo, bytes) else { throw .invalid("replyTo") }
            body.replyTo = quoted
        }
        return MessageSend(conversationID: conversationID, body: body, clientTimestamp: clientTimestamp)
    }

    private func messageEdit(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageEdit {
        try checkPayload()
        let messageID: MessageID = try data.required(.messageId, try data.id(.messageId, bytes))
        // Whether the message has attachments, so that empty content is allowed, is not known here.
        let content = try data.required(.content, try data.text(.content, bytes: limits.contentBytes, bytes))
        let ifVersion = try data.integer(.ifVersion, bytes)
        return MessageEdit(
            messageID: messageID,
            conversationID: conversationID,
            content: content,
            ifVersion: ifVersion
        )
    }

    private func messageDelete(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageDelete {
        try checkPayload()
        let messageID: MessageID = try data.required(.messageId, try data.id(.messageId, bytes))
        let reason = try data.text(.reason, bytes: limits.reasonBytes, bytes)
        return MessageDelete(messageID: messageID, conversationID: conversationID, reason: reason)
    }

    private func messageHistory(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> MessageHistory {
        let conversationID = try conversation()
        let before = try data.integer(.beforeSeq, from: 0, bytes)
        let after = try data.integer(.afterSeq, from: 0, bytes)
        let position: MessageHistory.Position =
            switch (before, after) {
            case (nil, nil): .latest
            case (let before?, nil): .before(seq: before)
            case (nil, let after?): .after(seq: after)
            case (.some, .some): throw .invalid("data.afterSeq", reason: "both_cursors")
            }
        return MessageHistory(
            conversationID: conversationID,
            position: position,
            limit: try limit(bytes, limits)
        )
    }

    // MARK: Sessions

    private func sessionAuth(_ bytes: RawSpan) throws(SpecError) -> SessionAuth {
        try checkPayload()
        return try SessionAuth(data, bytes)
    }

    private func token(_ bytes: RawSpan) throws(SpecError) -> String {
        try checkPayload()
        return try data.required(.token, try data.text(.token, bytes))
    }
}
