package import CAASProtocol

/// One client frame on its way through the service.
package struct ChatRequest: Sendable {
    package var actor: Actor
    /// The frame's id: the idempotency key (R2).
    package var frame: FrameID
    package var command: Command
    /// Whether a part of it is done already, see ``Delivery/again(_:)``.
    var isContinued = false

    package init(actor: Actor, frame: FrameID, command: Command) {
        self.actor = actor
        self.frame = frame
        self.command = command
    }

    /// Whether the service asks itself, so that nobody waits for the answer.
    var isOwn: Bool { if case .call(let command) = command { command.isOwn } else { false } }

    /// What is asked for, with what a connection itself has to say.
    package enum Command: Sendable {
        /// The connection was authenticated: from now on its user is here.
        case connect
        /// The connection is gone. The last request of every connection, or ``goodbye`` is.
        case disconnect
        /// The connection is gone, as its client has said it would be (R36).
        case goodbye
        case send(MessageSend, hash: [UInt8])
        case edit(MessageEdit)
        case delete(MessageDelete)
        case create(ConversationCreate)
        case join(ConversationID)
        case leave(ConversationLeave)
        case invite(ConversationInvite)
        case remove(ConversationRemove)
        case role(ConversationRole)
        case update(ConversationUpdate)
        case typing(ConversationID, Bool)
        /// Hands a client's own event on (R76).
        case event(EventSend)
        /// Hands a backend's own event to all connections of a user (R76).
        case eventToUser(UserID, OwnEvent)
        /// Hides another user, and from it (R77).
        case block(UserBlock)
        /// Says which media packets the connection wants (R52); off takes away.
        case media(MediaSubscription, isOn: Bool)
        /// How the user wants to be seen, and whom the connection watches (R34–R38).
        case presence(PresenceCommand)
        /// Hands a media packet on (R52).
        case relay(MediaRelay, ConversationID)
        /// Announces a file (R53).
        case beginFile(FileBegin)
        /// A piece of one; a lane of files takes it.
        case fileChunk(FileChunk)
        /// Asks where to go on; a lane of files knows.
        case resumeFile(FileResume)
        /// Takes a file back that no message has.
        case removeFile(FileID)
        /// What a lane of files has done.
        case fileStep(FileStep)
        /// Deletes a conversation and all that is in it (R31).
        case removeConversation(ConversationID)
        /// Makes a user's row or replaces it (R26).
        case putUser(UserSummary)
        /// Ends a user: its memberships, its row and its connections.
        case removeUser(UserID)
        /// A user's connections.
        case connections(UserID)
        /// Ends a user's connections, or the one of that `sessionId`.
        case disconnectUser(UserID, connection: String?)
        case read(ChatRead)
        case call(CallCommand)
        /// Nothing but what a request like this one costs (R61), for one that is answered elsewhere.
        case rate(ClientEventType)
        /// A frame whose data was refused: it counts against the rates as if it had been good, and a known id comes before
        /// both (R1). It names its conversation, if it does, outside of what was refused.
        case malformed(ClientEventType, ConversationID?, SpecError)
    }
}

/// What is answered beside the writer, from a consistent state of the store.
package enum ChatRead: Sendable, Hashable {
    case history(MessageHistory)
    case list(Page)
    case members(ConversationMembers)
    case conversation(ConversationID)
    case message(MessageID, ConversationID?)
    case user(UserID)
    case file(FileID)
}
