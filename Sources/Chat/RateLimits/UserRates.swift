import CAASProtocol

/// The rates of one user over all connections (R61).
///
/// Made at the first request that costs something, and forgotten once all buckets are full again.
struct UserRates {
    /// What shares a bucket.
    enum Kind: Int, CaseIterable {
        case send
        case change
        case membership
        case read
        case typing
        case event
        case presence
        case connect
        case callInitiate
        case callSignal
        case file

        /// The bucket's name in `details.bucket`.
        var name: String {
            switch self {
            case .send: "message:send"
            case .change: "message:change"
            case .membership: "conversation:join"
            case .read: "message:history"
            case .typing: "typing"
            case .event: "event:send"
            case .presence: "presence"
            case .connect: "connect"
            case .callInitiate: "call:initiate"
            case .callSignal: "call:signal"
            case .file: "file"
            }
        }

        var rate: Rate {
            switch self {
            case .send: Rate(5, burst: 20)
            case .change: Rate(5, burst: 20)
            case .membership: Rate(10, burst: 100)
            case .read: Rate(5, burst: 20)
            case .typing: Rate(1, burst: 5)
            case .event: Rate(20, burst: 40)
            case .presence: Rate(1, per: .seconds(3), burst: 5)
            // One restart brings all tabs of a user back at once.
            case .connect: Rate(60, per: .seconds(60), burst: 40)
            case .callInitiate: Rate(6, per: .seconds(60), burst: 3)
            case .callSignal: Rate(50, burst: 100)
            // A page full of pictures is one look.
            case .file: Rate(20, burst: 100)
            }
        }

        /// What an event costs a token of; nil where it is free.
        init?(_ command: ChatRequest.Command) {
            switch command {
            case .connect: self = .connect
            // The rates of media are those of the connection.
            case .disconnect, .goodbye, .presence(.idle), .relay, .fileChunk, .resumeFile, .fileStep: return nil
            case .beginFile, .removeFile, .read(.file): self = .file
            case .send: self = .send
            case .edit, .delete: self = .change
            case .create, .join, .leave, .media, .invite, .remove, .role, .update, .removeConversation, .putUser,
                .removeUser,
                .disconnectUser, .block:
                self = .membership
            case .rate(let type): self.init(type)
            case .typing: self = .typing
            case .event, .eventToUser: self = .event
            case .presence: self = .presence
            case .read, .connections: self = .read
            case .call(.initiate): self = .callInitiate
            case .call(let command):
                guard !command.isOwn else { return nil }
                self = .callSignal
            case .malformed(let type, _, _): self.init(type)
            }
        }

        private init?(_ type: ClientEventType) {
            switch type {
            case .messageSend: self = .send
            case .messageEdit, .messageDelete: self = .change
            case .conversationCreate, .conversationJoin, .conversationLeave, .conversationInvite, .conversationRemove,
                .conversationRole, .conversationUpdate, .mediaSubscribe, .mediaUnsubscribe, .userBlock:
                self = .membership
            case .messageHistory, .conversationList, .conversationMembers: self = .read
            case .typingStart, .typingStop: self = .typing
            case .eventSend: self = .event
            case .callInitiate: self = .callInitiate
            case .callAnswer, .callReject, .callEnd, .callSignal, .callICE: self = .callSignal
            case .fileBegin: self = .file
            case .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe: self = .presence
            default: return nil
            }
        }
    }

    private var buckets: [TokenBucket?] = Array(repeating: nil, count: Kind.allCases.count)

    /// Takes one token; an error of R62 where there is none.
    mutating func take(_ kind: Kind, now: ContinuousClock.Instant) -> SpecError? {
        var bucket = buckets[kind.rawValue] ?? TokenBucket(kind.rate, now: now)
        let wait = bucket.take(kind.rate, now: now)
        buckets[kind.rawValue] = bucket
        guard let wait else { return nil }
        return .rateLimited(scope: "user", bucket: kind.name, rate: kind.rate, retryAfter: wait)
    }

    /// A known id is answered at no cost (R1).
    mutating func giveBack(_ kind: Kind) {
        buckets[kind.rawValue]?.giveBack(kind.rate)
    }

    func isFull(now: ContinuousClock.Instant) -> Bool {
        for kind in Kind.allCases {
            guard buckets[kind.rawValue]?.isFull(kind.rate, now: now) ?? true else { return false }
        }
        return true
    }
}
