/// Data of the events of calls (R39–R48); the conversation stands second, as in every event (R7).
extension [UInt8] {
    /// Appends the members of `call:incoming`.
    mutating func members(of call: CallIncoming, _ conversation: String?) {
        member(#","callId":"#, id: call.callID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","callerId":"#, id: call.callerID.rawValue)
        member(#","name":"#, text: call.name)
        member(#","avatarUrl":"#, text: call.avatarURL)
        member(#","type":"#, id: call.type.rawValue)
        member(#","expiresAt":"#, integer: call.expiresAt)
        member(iceServers: call.iceServers)
    }

    /// Appends the members of `call:answered`.
    mutating func members(of call: CallAnswered, _ conversation: String?) {
        member(#","callId":"#, id: call.callID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","answeredBy":"#, id: call.answeredBy.rawValue)
        member(#","deviceId":"#, text: call.deviceID)
    }

    /// Appends the members of `call:ended`.
    mutating func members(of call: CallEnded, _ conversation: String?) {
        member(#","callId":"#, id: call.callID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","duration":"#, integer: call.duration)
        member(#","reason":"#, id: call.reason.rawValue)
        member(#","endedBy":"#, id: call.endedBy?.rawValue)
    }

    /// Appends the members of `call:ringing`.
    mutating func members(of call: CallID, _ conversation: String?) {
        member(#","callId":"#, id: call.rawValue)
        member(#","conversationId":"#, id: conversation)
    }

    /// Appends the members of `call:update`.
    mutating func members(of update: CallUpdate, _ conversation: String?) {
        member(#","callId":"#, id: update.callID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","state":"#, id: update.state.rawValue)
    }

    /// Appends the members of `call:signal`.
    mutating func members(of signal: CallSignalled, _ conversation: String?) {
        member(#","callId":"#, id: signal.callID.rawValue)
        member(#","conversationId":"#, id: conversation)
        member(#","from":"#, id: signal.from.rawValue)
        member(#","kind":"#, id: signal.kind.rawValue)
        member(#","payload":"#, json: signal.payload)
    }

    mutating func append(_ server: ICEServer) {
        object { output in
            output.append(#","urls":"#)
            output.list(server.urls) { output, url in output.append(text: url) }
            output.member(#","username":"#, text: server.username)
            output.member(#","credential":"#, text: server.credential)
        }
    }
}
