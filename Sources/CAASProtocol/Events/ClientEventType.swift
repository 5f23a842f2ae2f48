/// The names of all client events: the design's twelve (with `binary` for its media packet) and the extensions.
public enum ClientEventType: String, Sendable, Hashable, CaseIterable {
    // design §2
    case messageSend = "message:send"
    case messageEdit = "message:edit"
    case messageDelete = "message:delete"
    case typingStart = "typing:start"
    case typingStop = "typing:stop"
    case presenceUpdate = "presence:update"
    case conversationJoin = "conversation:join"
    case conversationLeave = "conversation:leave"
    case callInitiate = "call:initiate"
    case callAnswer = "call:answer"
    case callReject = "call:reject"
    case callEnd = "call:end"
    case binary = "binary"
    // extensions
    case messageRead = "message:read"
    case messageDelivered = "message:delivered"
    case messageReact = "message:react"
    case messageHistory = "message:history"
    case messagePin = "message:pin"
    case messageSearch = "message:search"
    case conversationCreate = "conversation:create"
    case conversationList = "conversation:list"
    case conversationSync = "conversation:sync"
    case conversationMembers = "conversation:members"
    case conversationInvite = "conversation:invite"
    case conversationRemove = "conversation:remove"
    case conversationRole = "conversation:role"
    case conversationUpdate = "conversation:update"
    case presenceSubscribe = "presence:subscribe"
    case presenceUnsubscribe = "presence:unsubscribe"
    case callSignal = "call:signal"
    case callICE = "call:ice"
    case eventSend = "event:send"
    case userBlock = "user:block"
    case mediaSubscribe = "media:subscribe"
    case mediaUnsubscribe = "media:unsubscribe"
    case fileBegin = "file:begin"
    case fileResume = "file:resume"
    case sessionAuth = "session:auth"
    case sessionRefresh = "session:refresh"
    case ping = "ping"
}

extension ClientEventType {
    /// The events that a frame can ask for; the others are answered `INVALID_PAYLOAD` reason=not_yet, and `binary`,
    /// which is a packet and no frame, reason=binary_header.
    public static let built = Set(allCases.filter(\.isBuilt))

    /// Whether the event's behaviour is built.
    var isBuilt: Bool {
        switch self {
        case .messageSend, .messageEdit, .messageDelete, .messageHistory, .typingStart, .typingStop,
            .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe,
            .conversationCreate, .conversationJoin, .conversationLeave, .conversationList, .conversationMembers,
            .conversationInvite, .conversationRemove, .conversationRole, .conversationUpdate, .eventSend, .userBlock,
            .mediaSubscribe, .mediaUnsubscribe, .fileBegin, .fileResume, .sessionAuth, .sessionRefresh, .ping:
            true
        case .callInitiate, .callAnswer, .callReject, .callEnd, .callSignal, .callICE: true
        default: false
        }
    }

    /// Whether a frame of this type must name itself even where its carrier could do without: a resend of it is told apart
    /// from a second wish only by the id (R2).
    var needsID: Bool {
        switch self {
        case .messageSend, .messageEdit, .messageDelete, .messageReact, .messagePin, .conversationCreate,
            .conversationInvite, .conversationRemove, .conversationRole, .conversationUpdate, .callInitiate,
            .callAnswer,
            .callReject, .callEnd, .userBlock, .fileBegin:
            true
        case .typingStart, .typingStop, .presenceUpdate, .conversationJoin, .conversationLeave, .binary, .messageRead,
            .messageDelivered, .messageHistory, .messageSearch, .conversationList, .conversationSync,
            .conversationMembers, .presenceSubscribe, .presenceUnsubscribe, .callSignal, .callICE, .eventSend,
            .mediaSubscribe, .mediaUnsubscribe, .fileResume, .sessionAuth, .sessionRefresh, .ping:
            false
        }
    }

    /// The names as bytes, the most frequent first.
    private static let spellings = allCases.map { (type: $0, bytes: Array($0.rawValue.utf8)) }

    /// Finds the type that a string token names.
    static func named(_ token: JSONToken, _ bytes: RawSpan) -> ClientEventType? {
        guard token.has(.string) else { return ClientEventType(rawValue: token.text(bytes)) }
        let name = bytes.extracting(token.inner)
        for place in spellings.indices {
            let spelling = spellings[place]
            if name.equals(spelling.bytes.span.bytes) { return spelling.type }
        }
        return nil
    }
}
