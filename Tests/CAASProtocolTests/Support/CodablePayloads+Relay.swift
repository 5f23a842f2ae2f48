import CAASProtocol

/// What the service hands on, and what it does not.
extension CodablePayloads {
    struct Own: CodablePayload {
        let name: Ruled<FrameName>
        let payload: AnyJSON
        var kept: AnyJSON? { payload }

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .eventSend(EventSend(conversationID: try found(conversation), name: name.text, payload: "{}"))
        }
    }

    struct Block: CodablePayload {
        let userId: Ruled<UserName>
        let on: Bool

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .userBlock(UserBlock(userID: try userId.userID(), on: on))
        }
    }

    struct MediaSubscribe: CodablePayload {
        let kinds: [Choice<MediaKindName>]?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .mediaSubscribe(MediaSubscription(conversationID: try found(conversation), kinds: kinds?.kinds))
        }
    }

    struct MediaUnsubscribe: CodablePayload {
        let kinds: [Choice<MediaKindName>]?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .mediaUnsubscribe(MediaSubscription(conversationID: try found(conversation), kinds: kinds?.kinds))
        }
    }
}

enum MediaKindName: String {
    case audio, video
    case fileChunk = "file_chunk"

    var kind: MediaPacket.Kind {
        switch self {
        case .audio: .audio
        case .video: .video
        case .fileChunk: .fileChunk
        }
    }
}

extension [Choice<MediaKindName>] {
    /// Without repeats, in the order of the first mentions.
    fileprivate var kinds: [MediaPacket.Kind] {
        reduce(into: []) { kinds, name in
            if !kinds.contains(name.value.kind) { kinds.append(name.value.kind) }
        }
    }
}
