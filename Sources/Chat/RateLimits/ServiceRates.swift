import CAASProtocol

/// What the service counts of users, backends' keys and conversations (R61).
///
/// Buckets are made when something costs, and forgotten once they are full again: whoever asks, with a connection or
/// without, leaves nothing behind. Confined to the chat queue.
struct ServiceRates {
    private struct KeyName: Hashable {
        let tenant: TenantID
        let id: String
    }

    private var users: [UserKey: UserRates] = [:]
    private var keys: [KeyName: TokenBucket] = [:]
    private var conversations: [ConversationKey: TokenBucket] = [:]
    /// What the present transaction has taken of conversations, once for each message.
    private var takenMessages: [ConversationKey] = []
    /// When what is full again was last forgotten.
    private var sweptAt: ContinuousClock.Instant?
    private let settings: ChatSettings

    private static let sweepInterval = Duration.seconds(30)
    /// Messages of all senders into one conversation.
    private static let conversationRate = Rate(50, burst: 50)

    init(settings: ChatSettings) {
        self.settings = settings
    }

    /// Buckets kept at present.
    var count: Int { users.count + keys.count + conversations.count }

    /// Takes what a request costs: of its key where a backend asks (R60), else of its user.
    ///
    /// - Returns: the refusal where there is too little.
    mutating func take(for request: ChatRequest, now: ContinuousClock.Instant) -> SpecError? {
        guard settings.countsRates, !request.isContinued, let kind = UserRates.Kind(request.command) else { return nil }
        guard let key = request.actor.key else {
            return users[request.actor.user, default: UserRates()].take(kind, now: now)
        }
        let rate = settings.keyRate
        let name = KeyName(tenant: request.actor.user.tenant, id: key.id)
        guard let wait = keys[name, default: TokenBucket(rate, now: now)].take(rate, now: now) else { return nil }
        return .rateLimited(scope: "key", bucket: "requests", rate: rate, retryAfter: wait)
    }

    /// A known id is answered again at no cost (R1).
    mutating func giveBack(_ request: ChatRequest) {
        guard settings.countsRates, let kind = UserRates.Kind(request.command) else { return }
        guard let key = request.actor.key else {
            users[request.actor.user]?.giveBack(kind)
            return
        }
        let rate = settings.keyRate
        keys[KeyName(tenant: request.actor.user.tenant, id: key.id)]?.giveBack(rate)
    }

    /// Counts a message into a conversation; the refusal where there are too many.
    mutating func takeMessage(_ conversation: ConversationKey, now: ContinuousClock.Instant) -> SpecError? {
        let rate = Self.conversationRate
        guard settings.countsRates else { return nil }
        guard let wait = conversations[conversation, default: TokenBucket(rate, now: now)].take(rate, now: now) else {
            takenMessages.append(conversation)
            return nil
        }
        return .rateLimited(scope: "conversation", bucket: "message:send", rate: rate, retryAfter: wait)
    }

    /// The message that was counted last turned out to be known: it costs its conversation nothing (R1).
    mutating func giveBackMessage(_ conversation: ConversationKey) {
        if takenMessages.last == conversation { giveBackLastMessage() }
    }

    /// What is counted of conversations from here on is one transaction's.
    mutating func beginTransaction() {
        takenMessages.removeAll(keepingCapacity: true)
    }

    /// Nothing of the transaction was stored, so none of it counts.
    mutating func rollBackTransaction() {
        while !takenMessages.isEmpty { giveBackLastMessage() }
    }

    private mutating func giveBackLastMessage() {
        guard let conversation = takenMessages.popLast() else { return }
        conversations[conversation]?.giveBack(Self.conversationRate)
    }

    /// Forgets now and then the buckets that are full again.
    mutating func sweep(now: ContinuousClock.Instant) {
        if let sweptAt, now - sweptAt < Self.sweepInterval { return }
        sweptAt = now
        users = users.filter { !$0.value.isFull(now: now) }
        let keyRate = settings.keyRate
        keys = keys.filter { !$0.value.isFull(keyRate, now: now) }
        conversations = conversations.filter { !$0.value.isFull(Self.conversationRate, now: now) }
    }
}
