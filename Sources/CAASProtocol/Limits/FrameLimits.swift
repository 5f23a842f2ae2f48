/// How much one client frame may hold (R6, R9).
public struct FrameLimits: Sendable, Hashable {
    /// Objects and lists inside each other.
    public var depth = 32
    /// Members of one object.
    public var members = 500
    /// UTF-8 bytes of a message's content.
    public var contentBytes = 16_384
    /// Attachments of a message.
    public var attachments = 20
    /// Mentions of a message, repeats not counted.
    public var mentions = 50
    /// Bytes of a `metadata` object, as sent.
    public var metadataBytes = 4_096
    /// Characters of a URL (R17).
    public var urlCharacters = 2_048
    /// Characters of a conversation's name.
    public var nameCharacters = 128
    /// UTF-8 bytes of a `reason`.
    public var reasonBytes = 512
    /// Users of one invitation, repeats not counted.
    public var users = 500
    /// Characters of a status message.
    public var customMessageCharacters = 128
    /// Users of one presence subscription, repeats not counted (R37).
    public var watchedUsers = 200
    /// UTF-8 bytes of a reaction's emoji (R21).
    public var emojiBytes = 64
    /// Cursors of one `conversation:sync` (R65).
    public var cursors = 500
    /// Seconds of a conversation's slow mode (R31).
    public var slowModeSeconds: Int64 = 21_600
    /// Bytes of the payload of a `call:signal`, as sent (R46).
    public var signalBytes = 32_768
    /// Bytes of the payload of an `event:send`, as sent (R76).
    public var eventBytes = 8_192
    /// Bytes of a file (R53).
    public var fileBytes = 104_857_600
    /// Rows of one page; a request for more gets this many (R22).
    public var rows = 100

    /// The defaults.
    public init() {}

    /// What was accepted once and comes back from the store, whatever the settings are now.
    static let stored: FrameLimits = {
        var limits = FrameLimits()
        limits.depth = 1_000
        limits.members = .max
        limits.contentBytes = .max
        limits.attachments = .max
        limits.mentions = .max
        limits.metadataBytes = .max
        limits.urlCharacters = .max
        return limits
    }()
}
