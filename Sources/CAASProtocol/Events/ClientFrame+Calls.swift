extension ClientFrame {
    func callInitiate(_ bytes: RawSpan) throws(SpecError) -> CallInitiate {
        let rare = try rare(bytes)
        let target: UserID? = try rare.id(.targetUserId, bytes)
        guard target != nil || conversationID != nil else { throw .missing(rare.path(.targetUserId)) }
        let type: CallType? = try data.choice(.type, bytes)
        // A group's call is named by its conversation alone (R49).
        guard type != nil || target == nil else { throw .missing(data.path(.type)) }
        return CallInitiate(targetUserID: target, conversationID: conversationID, type: type)
    }

    func callReference(_ bytes: RawSpan) throws(SpecError) -> CallReference {
        CallReference(callID: try callID(try rare(bytes), bytes), conversationID: conversationID)
    }

    func callSignal(_ bytes: RawSpan, _ limits: FrameLimits) throws(SpecError) -> CallSignal {
        let rare = try rare(bytes)
        let callID = try callID(rare, bytes)
        let to: UserID? = try rare.id(.to, bytes)
        let kind: CallSignal.Kind = try data.required(.kind, try data.choice(.kind, bytes))
        let payload = try rare.required(.payload, try rare.json(.payload, bytes: limits.signalBytes, bytes))
        return CallSignal(callID: callID, conversationID: conversationID, to: to, kind: kind, payload: payload)
    }

    private func callID(_ rare: MemberTokens<RareMember>, _ bytes: RawSpan) throws(SpecError) -> CallID {
        try rare.required(.callId, try rare.id(.callId, bytes))
    }
}
