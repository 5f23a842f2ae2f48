/// How a call stands: what the acknowledgement of a `call:…` event says of it (R39–R45).
public struct CallStanding: Sendable, Hashable {
    /// Which call; on a collision the one that rang already.
    public var callID: CallID
    /// The direct conversation that it belongs to.
    public var conversationID: ConversationID
    /// How it stands now.
    public var state: CallState
    /// Why it is over, where it is.
    public var reason: CallEnded.Reason?
    /// Milliseconds from answer to end, where it is over.
    public var duration: Int64?
    /// How the caller's media finds a way, where the call goes on (R47); nil where nobody asked for one.
    public var iceServers: [ICEServer]?
    /// Whether both called each other, and this answered the other's call (R45).
    public var isGlare = false
    /// Whether nothing was left to be done (R2, R39).
    public var isDuplicate = false

    /// Makes the answer.
    public init(
        callID: CallID,
        conversationID: ConversationID,
        state: CallState,
        reason: CallEnded.Reason? = nil,
        duration: Int64? = nil,
        iceServers: [ICEServer]? = nil
    ) {
        self.callID = callID
        self.conversationID = conversationID
        self.state = state
        self.reason = reason
        self.duration = duration
        self.iceServers = iceServers
    }
}

extension [UInt8] {
    /// Appends the members of an acknowledgement about a call.
    mutating func members(of call: CallStanding) {
        member(#","callId":"#, id: call.callID.rawValue)
        member(#","conversationId":"#, id: call.conversationID.rawValue)
        member(#","state":"#, id: call.state.rawValue)
        member(#","reason":"#, id: call.reason?.rawValue)
        member(#","duration":"#, integer: call.duration)
        if let servers = call.iceServers { member(iceServers: servers) }
        if call.isGlare { append(#","glare":true"#) }
        if call.isDuplicate { append(#","duplicate":true"#) }
    }

    /// Appends the member `iceServers`.
    mutating func member(iceServers: [ICEServer]) {
        append(#","iceServers":"#)
        list(iceServers) { output, server in output.append(server) }
    }
}
