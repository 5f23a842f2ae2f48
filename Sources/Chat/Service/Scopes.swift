package import CAASProtocol

/// What a token opens (R56).
package struct Scopes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let chatRead = Scopes(rawValue: 1)
    package static let chatWrite = Scopes(rawValue: 2)
    package static let presence = Scopes(rawValue: 4)
    package static let call = Scopes(rawValue: 8)
    package static let media = Scopes(rawValue: 16)
    package static let moderate = Scopes(rawValue: 32)
    package static let admin = Scopes(rawValue: 64)

    /// What a token without a scope claim opens.
    package static let standard: Scopes = [.chatRead, .chatWrite, .presence, .call, .media]

    /// Every scope with its name.
    private static let table: [(name: String, scope: Scopes)] = [
        ("chat:read", .chatRead), ("chat:write", .chatWrite), ("presence", .presence), ("call", .call),
        ("media", .media), ("moderate", .moderate), ("admin", .admin),
    ]

    /// The names of all scopes.
    package static var allNames: [String] { table.map(\.name) }

    /// The claim's space-separated names; unknown ones open nothing.
    package init(claim: String) {
        self = []
        for name in claim.utf8.split(separator: UInt8(ascii: " ")) {
            if let row = Self.table.first(where: { $0.name.utf8.elementsEqual(name) }) { insert(row.scope) }
        }
    }

    /// The names of these, in the order of R56.
    package var names: [String] {
        Self.table.filter { contains($0.scope) }.map(\.name)
    }

    /// The scope that an event needs; nil where any token will do.
    package static func needed(for event: ClientEventType) -> Scopes? {
        switch event {
        case .conversationJoin, .conversationLeave, .conversationList, .conversationMembers, .messageHistory,
            .conversationSync, .messageRead, .messageDelivered, .messageSearch:
            .chatRead
        case .messageSend, .messageEdit, .messageDelete, .messageReact, .messagePin, .conversationCreate,
            .conversationInvite, .conversationRemove, .conversationRole, .conversationUpdate, .typingStart, .typingStop,
            .eventSend, .userBlock:
            .chatWrite
        case .presenceUpdate, .presenceSubscribe, .presenceUnsubscribe: .presence
        case .callInitiate, .callAnswer, .callReject, .callEnd, .callSignal, .callICE: .call
        case .binary, .mediaSubscribe, .mediaUnsubscribe, .fileBegin, .fileResume: .media
        case .sessionAuth, .sessionRefresh, .ping: nil
        }
    }

    /// Whether the event is open to a token with these scopes; `admin` opens everything.
    package func allow(_ event: ClientEventType) -> Bool {
        guard let needed = Self.needed(for: event) else { return true }
        return contains(needed) || contains(.admin)
    }
}
