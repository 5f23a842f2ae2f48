extension [UInt8] {
    /// Appends the members of `session:ready` (R10).
    mutating func members(of ready: SessionReady) {
        member(#","sessionId":"#, text: ready.sessionID)
        member(#","userId":"#, id: ready.userID.rawValue)
        member(#","tenantId":"#, id: ready.tenantID.rawValue)
        member(#","deviceId":"#, text: ready.deviceID)
        member(#","name":"#, text: ready.name)
        member(#","avatarUrl":"#, text: ready.avatarURL)
        member(#","resumed":"#, flag: ready.resumed)
        member(#","serverTime":"#, integer: ready.serverTime)
        member(#","expiresAt":"#, integer: ready.expiresAt)
        append(#","heartbeat":"#)
        object { output in
            output.member(#","interval":"#, integer: ready.heartbeatInterval)
            output.member(#","timeout":"#, integer: ready.heartbeatTimeout)
        }
        append(#","limits":"#)
        object { output in
            output.member(#","frameBytes":"#, integer: Int64(ready.limits.frameBytes))
            output.member(#","contentBytes":"#, integer: Int64(ready.limits.contentBytes))
            output.member(#","attachments":"#, integer: Int64(ready.limits.attachments))
            output.member(#","mentions":"#, integer: Int64(ready.limits.mentions))
            output.member(#","binaryBytes":"#, integer: Int64(ready.limits.binaryBytes))
            output.member(#","inFlight":"#, integer: Int64(ready.limits.inFlight))
        }
        append(#","lastClientIds":"#)
        list(ready.lastClientIDs) { output, id in output.append(text: id.rawValue) }
    }
}
