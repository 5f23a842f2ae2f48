/// The names of all server events: the design's nine, the extensions, and the answers of plain WebSocket.
public enum ServerEventType: String, Sendable, Hashable, CaseIterable {
    // design §2
    case messageNew = "message:new"
    case messageUpdated = "message:updated"
    case messageDeleted = "message:deleted"
    case typingUpdate = "typing:update"
    case presenceUpdate = "presence:update"
    case callIncoming = "call:incoming"
    case callAnswered = "call:answered"
    case callEnded = "call:ended"
    case error = "error"
    // answers and the session
    case ack = "ack"
    case pong = "pong"
    case sessionReady = "session:ready"
    case sessionResumed = "session:resumed"
    case sessionExpiring = "session:expiring"
    case serverDrain = "server:drain"
    // extensions
    case conversationUpdated = "conversation:updated"
    case conversationRemoved = "conversation:removed"
    case memberUpdated = "member:updated"
    case receiptUpdate = "receipt:update"
    case reactionUpdate = "reaction:update"
    case callRinging = "call:ringing"
    case callUpdate = "call:update"
    case callSignal = "call:signal"
    case eventNew = "event:new"
    case mediaCongestion = "media:congestion"
    case fileProgress = "file:progress"
    case fileComplete = "file:complete"
    case binary = "binary"
}
