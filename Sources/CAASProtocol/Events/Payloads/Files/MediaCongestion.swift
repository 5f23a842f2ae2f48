/// Data of `media:congestion` (R54).
public struct MediaCongestion: Sendable, Hashable {
    /// Which of the sender's streams.
    public var streamID: String?
    /// Packets that were not delivered.
    public var dropped: Int64

    /// Makes the data.
    public init(streamID: String? = nil, dropped: Int64) {
        self.streamID = streamID
        self.dropped = dropped
    }
}
