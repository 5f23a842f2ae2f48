/// What is remembered of a connection that sends media or files; most send none and have none of this.
///
/// Confined to the connection's event loop.
final class MediaSending {
    var rates: MediaRates
    /// The video streams of the connection that have key frames.
    var keyedStreams = KeyedStreams()

    init(now: ContinuousClock.Instant) {
        rates = MediaRates(now: now)
    }
}
