import CAASProtocol
import Chat

/// What may become of a frame that waits for a reader that has fallen behind (R54).
///
/// Most frames have none: acknowledgements and control (C0), what is stored (C1), own events and pieces of files are never
/// dropped. One mark is shared by all who get the frame.
indirect enum FrameMark: Sendable, Hashable {
    /// How something is now: a later one of the same key says all that the earlier did (C2).
    case state(StateKey)
    /// Sound, worth little when it is late (C3).
    case audio(MediaStream)
    /// A picture, of which those up to the next key frame are of no use when one is missing (C4).
    ///
    /// Where a stream never marked a key frame, none is waited for.
    case video(MediaStream, isKey: Bool, hasKeys: Bool)

    /// Whether it is sound or a picture, and late when it waits.
    var isMedia: Bool {
        switch self {
        case .state: false
        case .audio, .video: true
        }
    }

    /// The mark of an event; nil for what is never dropped.
    init?(_ event: ServerEvent, in conversation: ConversationID?) {
        switch event {
        case .typingUpdate(let user, _, _):
            self = .state(StateKey(type: .typingUpdate, conversation: conversation, user: user))
        case .presenceUpdate(let presence):
            self = .state(StateKey(type: .presenceUpdate, conversation: nil, user: presence.userID))
        default: return nil
        }
    }

    /// The mark of a media packet; nil for a piece of a file, which would be worth nothing with a hole.
    init?(_ media: MediaRelay, in conversation: ConversationKey, from sender: ConnectionID) {
        let stream = MediaStream(sender: sender, conversation: conversation.conversation, name: media.streamID)
        switch media.kind {
        case .audio: self = .audio(stream)
        case .video: self = .video(stream, isKey: media.isKey, hasKeys: media.hasKeys)
        case .fileChunk: return nil
        }
    }
}

/// What an event says the latest of.
struct StateKey: Sendable, Hashable {
    let type: ServerEventType
    let conversation: ConversationID?
    let user: UserID
}

/// One of a sender's streams (R51).
struct MediaStream: Sendable, Hashable {
    let sender: ConnectionID
    let conversation: ConversationID
    /// The `streamId` of its packets.
    let name: String?
}
