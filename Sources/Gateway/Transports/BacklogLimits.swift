/// When a reader counts as behind, and what is then of no use to it (R54).
struct BacklogLimits {
    /// Bytes that wait.
    var behindBytes = 256 * 1024
    /// How long the oldest frame has waited.
    var behindAge = Duration.milliseconds(500)
    /// Age of audio that is dropped.
    var audioAge = Duration.milliseconds(300)
    /// How long a stream's next key frame is waited for; then its pictures go on without one.
    var keyPatience = Duration.seconds(10)
    /// Streams that are kept waiting for one.
    var awaitedStreams = 64
}
