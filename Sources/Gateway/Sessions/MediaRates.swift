import CAASProtocol
import Chat

/// How much media one connection may send (R61); a value, the time is passed in.
struct MediaRates {
    private static let audio = Rate(60, burst: 120)
    private static let video = Rate(120, burst: 240)
    /// Bytes of audio and video together: 4 Mbit/s.
    private static let stream = Rate(4_000_000 / 8, burst: 4_000_000 / 4)
    /// Bytes of files.
    private static let file = Rate(4 * 1024 * 1024, burst: 8 * 1024 * 1024)

    private var audio: TokenBucket
    private var video: TokenBucket
    private var stream: TokenBucket
    private var file: TokenBucket

    init(now: ContinuousClock.Instant) {
        audio = TokenBucket(Self.audio, now: now)
        video = TokenBucket(Self.video, now: now)
        stream = TokenBucket(Self.stream, now: now)
        file = TokenBucket(Self.file, now: now)
    }

    /// Counts one packet; the refusal of R62 where there are too many, or too many bytes.
    mutating func take(_ kind: MediaPacket.Kind, bytes: Int, now: ContinuousClock.Instant) -> SpecError? {
        let amount = Double(bytes)
        switch kind {
        case .audio:
            if let wait = audio.take(Self.audio, now: now) { return .tooMuchMedia("audio", Self.audio, wait) }
        case .video:
            if let wait = video.take(Self.video, now: now) { return .tooMuchMedia("video", Self.video, wait) }
        case .fileChunk:
            return file.take(Self.file, amount: amount, now: now).map { .tooMuchMedia("file_bytes", Self.file, $0) }
        }
        return stream.take(Self.stream, amount: amount, now: now).map { .tooMuchMedia("media_bytes", Self.stream, $0) }
    }

    /// Counts bytes of a file that come whether there is room or not; how long nothing more should come.
    mutating func borrowForFile(_ bytes: Int, now: ContinuousClock.Instant) -> Duration? {
        file.borrow(Self.file, amount: Double(bytes), now: now)
    }
}

extension SpecError {
    fileprivate static func tooMuchMedia(_ bucket: String, _ rate: Rate, _ wait: Duration) -> SpecError {
        .rateLimited(scope: "connection", bucket: bucket, rate: rate, retryAfter: wait)
    }
}
