import CAASProtocol

/// What is kept of a user's presence: it outlives connections and the process (R34, R35, R38).
package struct PresenceRecord: Sendable, Hashable {
    /// What a user wants to be for others on all devices, until it says something else (R35).
    package enum Choice: String, Sendable, Hashable, CaseIterable {
        case away
        case busy
        /// Offline for others.
        case invisible
    }

    /// Nil leaves it to the devices.
    package var choice: Choice?
    package var message: String?
    /// The end of the message; Unix milliseconds.
    package var messageUntil: Int64?
    /// Whether the user wants nobody to know when it was last there (R38).
    package var hidesLastSeen: Bool
    /// When a device of the user was last in use; Unix milliseconds.
    package var lastSeen: Int64?

    package init(
        choice: Choice? = nil,
        message: String? = nil,
        messageUntil: Int64? = nil,
        hidesLastSeen: Bool = false,
        lastSeen: Int64? = nil
    ) {
        self.choice = choice
        self.message = message
        self.messageUntil = messageUntil
        self.hidesLastSeen = hidesLastSeen
        self.lastSeen = lastSeen
    }

    /// Whether the devices alone say how the user is seen.
    var isPlain: Bool { choice == nil && message == nil && !hidesLastSeen }

    /// Takes over what the user says: an omitted message stays, an empty one goes (R34).
    mutating func take(_ update: PresenceUpdate) {
        if let hides = update.hidesLastSeen { hidesLastSeen = hides }
        switch update.status {
        case .online: choice = nil
        case .away: choice = .away
        case .busy: choice = .busy
        case .offline, .invisible: choice = .invisible
        }
        if let message = update.customMessage {
            self.message = message.utf8.isEmpty ? nil : message
            messageUntil = message.utf8.isEmpty ? nil : update.customMessageUntil
        } else if message != nil, let until = update.customMessageUntil {
            messageUntil = until
        }
    }

    /// Forgets a message that has ended; `time` is in Unix milliseconds.
    mutating func expire(_ time: Int64) {
        guard let until = messageUntil, until <= time else { return }
        (message, messageUntil) = (nil, nil)
    }

    /// Notes a use of a device.
    mutating func noteSeen(_ time: Int64) {
        lastSeen = max(lastSeen ?? time, time)
    }
}
