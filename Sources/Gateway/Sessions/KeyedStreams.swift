import CAASProtocol

/// Which of a connection's video streams mark their key frames: only of those one is waited for (R54).
struct KeyedStreams {
    /// Streams that are remembered; beyond, all are forgotten until their next key frame.
    private static let limit = 16

    private var names: Set<String> = []

    /// Looks at a packet, and says whether its stream has had a key frame.
    mutating func note(_ media: MediaPacket) -> Bool {
        guard media.kind == .video else { return false }
        let name = media.streamID ?? ""
        guard media.isKey == true else { return !names.isEmpty && names.contains(name) }
        if names.count >= Self.limit, !names.contains(name) { names = [] }
        names.insert(name)
        return true
    }
}
