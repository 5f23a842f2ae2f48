package import CAASProtocol

/// Which media packets a connection wants of a conversation that it has joined (R52).
package struct MediaWish: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package static let audio = MediaWish(rawValue: 1)
    package static let video = MediaWish(rawValue: 2)
    package static let fileChunk = MediaWish(rawValue: 4)
    /// It has said so, which counts where many have joined.
    package static let subscribed = MediaWish(rawValue: 8)

    static let allKinds: MediaWish = [.audio, .video, .fileChunk]
    /// Of a connection that has said nothing.
    package static let unsaid = allKinds

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ kind: MediaPacket.Kind) {
        switch kind {
        case .audio: self = .audio
        case .video: self = .video
        case .fileChunk: self = .fileChunk
        }
    }

    /// - Parameter kinds: nil is all of them.
    init(_ kinds: [MediaPacket.Kind]?) {
        self = kinds.map { $0.reduce(into: []) { $0.formUnion(MediaWish($1)) } } ?? .allKinds
    }

    /// Whether it is one of those for whom a large conversation has a place.
    var isReceiver: Bool { contains(.subscribed) && !isDisjoint(with: .allKinds) }

    /// What is wanted after a `media:subscribe`, which says all, or a `media:unsubscribe`, which takes away.
    func after(_ change: MediaSubscription, isOn: Bool) -> MediaWish {
        let kinds = MediaWish(change.kinds)
        if isOn { return kinds.union(.subscribed) }
        let left = subtracting(kinds)
        return left.isDisjoint(with: .allKinds) ? [] : left
    }
}

/// The wishes of all connections that have said something (R52); a value, confined to its owner.
struct MediaWishes {
    private var wishes: [ConversationKey: [ConnectionID: MediaWish]] = [:]
    private var receivers: [ConversationKey: Int] = [:]

    subscript(conversation: ConversationKey, connection: ConnectionID) -> MediaWish {
        wishes[conversation]?[connection] ?? .unsaid
    }

    /// How many have subscribed to something of a conversation.
    func receivers(in conversation: ConversationKey) -> Int { receivers[conversation] ?? 0 }

    mutating func set(_ wish: MediaWish, _ conversation: ConversationKey, _ connection: ConnectionID) {
        let before = self[conversation, connection]
        guard wish != before else { return }
        wishes[conversation, default: [:]][connection] = wish == .unsaid ? nil : wish
        if wishes[conversation]?.isEmpty == true { wishes[conversation] = nil }
        let count = receivers(in: conversation) + (wish.isReceiver ? 1 : 0) - (before.isReceiver ? 1 : 0)
        receivers[conversation] = count == 0 ? nil : count
    }

    /// A conversation is gone.
    mutating func forget(_ conversation: ConversationKey) {
        wishes[conversation] = nil
        receivers[conversation] = nil
    }
}
