import Chat

/// What decides whether a reader of a conversation gets a frame: looked at for each of them, so it is one byte.
struct ReaderTraits: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// It has joined, and gets what is ephemeral (R28).
    static let joined = ReaderTraits(rawValue: 0x80)
    /// What a reader that has said nothing wants of media.
    static let unsaid = ReaderTraits(.unsaid)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The traits of a wish (R52).
    init(_ wish: MediaWish) { rawValue = wish.rawValue }

    init(joined: Bool) { self = joined ? [.joined, .unsaid] : .unsaid }

    /// The traits that a media packet needs.
    init(needing kind: MediaWish, onlySubscribed: Bool) {
        self = [.joined, ReaderTraits(kind)]
        if onlySubscribed { insert(ReaderTraits(.subscribed)) }
    }

    /// Joined or not from here on; whoever leaves has said nothing any more.
    mutating func update(joined: Bool) {
        if joined { insert(.joined) } else { self = .unsaid }
    }

    /// Wants other media than before.
    mutating func update(_ wish: MediaWish) {
        self = intersection(.joined).union(ReaderTraits(wish))
    }
}
