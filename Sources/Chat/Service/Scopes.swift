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

    /// The claim's space-separated names; unknown ones open nothing.
    package init(claim: String) {
        self = []
        for name in claim.split(separator: " ") {
            switch name {
            case "chat:read": insert(.chatRead)
            case "chat:write": insert(.chatWrite)
            case "presence": insert(.presence)
            case "call": insert(.call)
            case "media": insert(.media)
            case "moderate": insert(.moderate)
            case "admin": insert(.admin)
            default: continue
            }
        }
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
