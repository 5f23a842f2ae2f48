import CAASProtocol
import Testing

@testable import Chat

/// What each connection hears, found out from deliveries alone, as the event loops do it.
struct Ears {
    private var readers: [ConversationKey: [ConnectionID: Bool]] = [:]

    /// What one connection is told of a conversation, or of none; media packets are told without an event.
    typealias Heard = (connection: ConnectionID, conversation: ConversationKey?, event: ServerEvent?)

    mutating func hear(_ deliveries: [Delivery]) -> [Heard] {
        var heard: [Heard] = []
        for delivery in deliveries {
            switch delivery {
            case .enter(let conversation, let id, let joined), .update(let conversation, let id, let joined):
                readers[conversation, default: [:]][id] = joined
            case .exit(let conversation, let id): readers[conversation]?[id] = nil
            case .retire(let conversation): readers[conversation] = nil
            case .event(let conversation, let event, let audience, let except):
                for (id, joined) in readers[conversation] ?? [:]
                where !except.contains(id) && (audience == .readers || joined) {
                    heard.append((id, conversation, event))
                }
            case .media(let conversation, _, let sender, _):
                for (id, joined) in readers[conversation] ?? [:] where joined && id != sender {
                    heard.append((id, conversation, nil))
                }
            case .direct(let connections, let conversation, let event):
                for id in connections { heard.append((id, conversation, event)) }
            default: break
            }
        }
        return heard
    }
}

extension [Ears.Heard] {
    /// The types of what one connection hears, in order.
    func types(to actor: Actor) -> [String] {
        filter { $0.connection == actor.connection }.map { $0.event?.type.rawValue ?? "media" }
    }
}
