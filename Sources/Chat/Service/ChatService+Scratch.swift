import CAASProtocol

extension ChatService {
    /// What requests of one batch must know of each other before their effects are applied.
    struct Scratch {
        /// What connections that join or leave in this batch have joined by then.
        var joined: [ConnectionID: Set<ConversationKey>] = [:]
        /// Connections that came less those that went.
        var connections: [UserKey: Int] = [:]
        /// Those of them that ring.
        var calling: [UserKey: Int] = [:]
        /// Those that came and ring, in order.
        var callers: [Actor] = []
        /// Connections that went.
        var gone: Set<ConnectionID> = []
        var recent = RecentRequests()
        /// Connections that become receivers of media in this batch.
        var receivers: [ConversationKey: Set<ConnectionID>] = [:]
        /// Conversations whose readers are kept, or no longer, from a request of this batch on.
        var live: [ConversationKey: Bool] = [:]

        /// A connection has come, or has gone.
        mutating func count(_ actor: Actor, _ change: Int) {
            connections[actor.user, default: 0] += change
            guard actor.mayCall else { return }
            calling[actor.user, default: 0] += change
            if change > 0 { callers.append(actor) }
        }
    }

    /// What is kept of calls and files beside the store changes with one transaction from here on.
    func beginTransaction() {
        calls.beginTransaction()
        uploads.beginTransaction()
    }

    /// What it has become is so for all from here on.
    func commitTransaction() { uploads.commitTransaction() }

    /// It is as it was before that transaction, of which nothing was stored.
    func rollBackTransaction() {
        calls.rollBackTransaction()
        uploads.rollBackTransaction()
    }
}
