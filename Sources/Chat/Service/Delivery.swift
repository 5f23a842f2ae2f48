package import CAASProtocol

/// One step of what leaves the service, in the order in which every connection must see it.
package enum Delivery: Sendable, Equatable {
    /// Answers a frame; exactly one for each request that a frame made.
    case answer(ConnectionID, FrameID, Acknowledgement)
    /// The connection is registered: its `session:ready` may go out.
    case opened(ConnectionID, Welcome)
    /// An event to the readers of a conversation.
    case event(ConversationKey, ServerEvent, to: Audience, except: [ConnectionID])
    /// A media packet to those of the joined connections of a conversation that want it, but not back.
    case media(ConversationKey, MediaRelay, from: ConnectionID, onlySubscribed: Bool)
    /// An event to some connections of one user, about a conversation or none.
    case direct([ConnectionID], ConversationKey?, ServerEvent)
    /// The connection is a reader of the conversation from here on; `joined` also gets what is ephemeral.
    case enter(ConversationKey, ConnectionID, joined: Bool)
    /// A reader has joined, or reads on without.
    case update(ConversationKey, ConnectionID, joined: Bool)
    /// A joined reader gets these media packets from here on; until then, and from its next leaving on, it gets all.
    case receives(ConversationKey, ConnectionID, MediaWish)
    /// The connection is no reader any more.
    case exit(ConversationKey, ConnectionID)
    /// Nobody was told anything for a while: forget the readers until the next `enter`.
    case retire(ConversationKey)
    /// To be read beside the writer and answered then.
    case read(Actor, FrameID, ChatRead)
    /// The connections end, told why.
    case close([ConnectionID], Ending)
    /// A request of which one step is done: to be submitted again behind what waits.
    case again(ChatRequest)

    /// Why the service ends connections; the reason that they are told.
    package enum Ending: String, Sendable, Hashable {
        /// Somebody who may has wished it.
        case disconnected
        /// The user is gone.
        case userRemoved = "user_removed"
    }

    /// Which readers an event is for (R28).
    package enum Audience: Sendable, Hashable {
        /// All of them.
        case readers
        /// Those that joined.
        case joined
    }

    package static func == (one: Delivery, other: Delivery) -> Bool {
        switch (one, other) {
        case (.answer(let a, let b, let c), .answer(let x, let y, let z)): a == x && b == y && c == z
        case (.opened(let a, let b), .opened(let x, let y)): a == x && b == y
        case (.event(let a, let b, let c, let d), .event(let x, let y, let z, let w)):
            a == x && b == y && c == z && d == w
        case (.media(let a, let b, let c, let d), .media(let x, let y, let z, let w)):
            a == x && b == y && c == z && d == w
        case (.direct(let a, let b, let c), .direct(let x, let y, let z)): a == x && b == y && c == z
        case (.enter(let a, let b, let c), .enter(let x, let y, let z)): a == x && b == y && c == z
        case (.update(let a, let b, let c), .update(let x, let y, let z)): a == x && b == y && c == z
        case (.receives(let a, let b, let c), .receives(let x, let y, let z)): a == x && b == y && c == z
        case (.exit(let a, let b), .exit(let x, let y)): a == x && b == y
        case (.retire(let a), .retire(let x)): a == x
        case (.read(let a, let b, let c), .read(let x, let y, let z)): a === x && b == y && c == z
        case (.close(let a, let b), .close(let x, let y)): a == x && b == y
        case (.again(let a), .again(let x)): a.actor === x.actor && a.frame == x.frame
        default: false
        }
    }
}
