import CAASProtocol

/// Which of a connection's video streams mark their key frames: only of those one is waited for (R54).
struct KeyedStreams {
    /// Streams that are remembered; beyond, all are forgotten until their next key frame.
    private static let limit = 16

    /// One of the connection's streams: a name means another one in each conversation.
    private struct Stream: Hashable {
        let conversation: ConversationID
        let name: String?
    }

    private var streams: Set<Stream> = []

    /// Looks at a packet, and says whether its stream has had a key frame.
    mutating func note(_ media: MediaPacket) -> Bool {
        guard media.kind == .video else { return false }
        let isKey = media.isKey == true
        guard isKey || !streams.isEmpty else { return false }
        let stream = Stream(conversation: media.conversationID, name: media.streamID)
        guard isKey else { return streams.contains(stream) }
        if streams.count >= Self.limit, !streams.contains(stream) { streams = [] }
        streams.insert(stream)
        return true
    }
}
