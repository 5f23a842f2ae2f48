extension MessageBody {
    /// The entry of a call that is over in the history of its conversation (R49): no content, and `metadata` with what there is
    /// to know.
    package static func call(_ end: CallEnded, type: CallType, caller: UserID) -> MessageBody {
        var metadata: [UInt8] = []
        metadata.object { output in
            output.member(#","callId":"#, id: end.callID.rawValue)
            output.member(#","callType":"#, id: type.rawValue)
            output.member(#","callerId":"#, id: caller.rawValue)
            output.member(#","reason":"#, id: end.reason.rawValue)
            output.member(#","duration":"#, integer: end.duration)
            output.member(#","endedBy":"#, id: end.endedBy?.rawValue)
        }
        return MessageBody(type: callType, metadata: JSONFragment(checked: metadata))
    }

    /// The type of such an entry, which no client sends (R17).
    package static let callType = "call"
}
