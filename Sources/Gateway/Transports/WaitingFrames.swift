import NIOCore

/// What waits for a reader that does not keep up, in order, and what of it is dropped (R54).
///
/// A frame leaves whole or not at all. Confined to its owner; the time is passed in. There is none for a reader that keeps up.
final class WaitingFrames {
    private struct Entry {
        /// Nil where it was dropped.
        var bytes: ByteBuffer?
        let mark: FrameMark?
        let since: ContinuousClock.Instant
    }

    private let limits: BacklogLimits
    private var entries = CircularBuffer<Entry>()
    /// The number of the first entry: entries are numbered as they come.
    private var first = 0
    /// Numbers of the audio and video packets that wait, ascending; those that have left may still stand at the front.
    private var audio = CircularBuffer<Int>()
    private var video = CircularBuffer<Int>()
    /// The latest event of each key, among the entries before ``coalesced``.
    private var states: [StateKey: Int] = [:]
    private var coalesced = 0
    /// Streams of which nothing is let through before a key frame, and since when; at most ``BacklogLimits/awaitedStreams``.
    private var awaited: [MediaStream: ContinuousClock.Instant] = [:]
    private var dropped = DroppedFrames()
    /// Bytes that wait.
    private(set) var bytes = 0
    /// Frames that wait.
    private(set) var count = 0

    init(limits: BacklogLimits = BacklogLimits()) {
        self.limits = limits
    }

    var isEmpty: Bool { count == 0 }
    /// Frames there is memory for.
    var capacity: Int { entries.capacity }
    /// Streams that wait for a key frame.
    var awaitedCount: Int { awaited.count }

    /// Whether nothing would be lost if it were forgotten.
    func isIdle(now: ContinuousClock.Instant) -> Bool {
        guard isEmpty, dropped.isEmpty else { return false }
        return awaited.values.allSatisfy { now - $0 >= limits.keyPatience }
    }

    /// What was dropped since this was last asked for; nil where nothing was.
    func takeDropped() -> DroppedFrames? {
        guard !dropped.isEmpty else { return nil }
        defer { dropped = DroppedFrames() }
        return dropped
    }

    /// Takes a frame, unless it is of no use to this reader.
    func append(_ bytes: ByteBuffer, _ mark: FrameMark? = nil, now: ContinuousClock.Instant) {
        if case .video(let stream, let isKey, _) = mark, let since = awaited[stream] {
            if !isKey, now - since < limits.keyPatience, let mark {
                return dropped.add(mark, bytes: bytes.readableBytes)
            }
            awaited[stream] = nil
        }
        append(bytes, mark, since: now, now: now)
    }

    private func append(
        _ bytes: ByteBuffer,
        _ mark: FrameMark?,
        since: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) {
        let number = first + entries.count
        switch mark {
        case .audio: audio.append(number)
        case .video: video.append(number)
        case .state, nil: break
        }
        entries.append(Entry(bytes: bytes, mark: mark, since: since))
        self.bytes += bytes.readableBytes
        count += 1
        trim(now: now)
    }

    /// Takes what has waited elsewhere for the same reader, with its age and what is known of its streams.
    func append(contentsOf earlier: WaitingFrames, now: ContinuousClock.Instant) {
        for (stream, since) in earlier.awaited { awaitKey(of: stream, since: since) }
        for entry in earlier.entries {
            if let bytes = entry.bytes { append(bytes, entry.mark, since: entry.since, now: now) }
        }
    }

    /// The frame that is to leave next.
    func popFirst(now: ContinuousClock.Instant) -> ByteBuffer? {
        trim(now: now)
        skipDropped()
        guard let entry = entries.popFirst(), let bytes = entry.bytes else { return nil }
        if case .state(let key) = entry.mark, states[key] == first { states[key] = nil }
        first += 1
        self.bytes -= bytes.readableBytes
        count -= 1
        return bytes
    }

    // MARK: Dropping

    /// Drops what is of no use to a reader that is behind: the least worth first, and no more than needed.
    func trim(now: ContinuousClock.Instant) {
        dropUseless(now: now)
        // What was dropped behind something that stays takes room that nothing counts.
        if entries.count > 2 * count + 64 { compact() }
    }

    private func dropUseless(now: ContinuousClock.Instant) {
        guard isBehind(now: now) else { return }
        dropVideoBeforeLastKey(now: now)
        guard isBehind(now: now) else { return }
        dropVideo(now: now)
        guard isBehind(now: now) else { return }
        dropLateAudio(now: now)
        guard isBehind(now: now) else { return }
        coalesce()
    }

    private func isBehind(now: ContinuousClock.Instant) -> Bool {
        if bytes > limits.behindBytes { return true }
        skipDropped()
        guard let oldest = entries.first else { return false }
        return now - oldest.since > limits.behindAge
    }

    /// All pictures of a stream but those from its last key frame on, so that the reader has something to show.
    private func dropVideoBeforeLastKey(now: ContinuousClock.Instant) {
        var keys: [MediaStream: Int] = [:]
        for number in video where number >= first {
            if case .video(let stream, isKey: true, _) = entry(number).mark { keys[stream] = number }
        }
        dropVideo(now: now) { stream, number in keys[stream].map { number < $0 } ?? true }
    }

    private func dropVideo(
        now: ContinuousClock.Instant,
        where isUseless: (MediaStream, Int) -> Bool = { _, _ in true }
    ) {
        guard !video.isEmpty else { return }
        var kept = CircularBuffer<Int>()
        for number in video where number >= first {
            guard case .video(let stream, _, let hasKeys) = entry(number).mark else { continue }
            if isUseless(stream, number) {
                drop(number)
                if hasKeys { awaitKey(of: stream, since: now) }
            } else {
                awaited[stream] = nil
                kept.append(number)
            }
        }
        video = kept
    }

    /// Lets nothing of a stream through before a key frame; where there are too many, the one that has waited longest goes on.
    private func awaitKey(of stream: MediaStream, since: ContinuousClock.Instant) {
        if awaited.count >= limits.awaitedStreams, awaited[stream] == nil,
            let longest = awaited.min(by: { $0.value < $1.value })
        {
            awaited[longest.key] = nil
        }
        awaited[stream] = since
    }

    private func dropLateAudio(now: ContinuousClock.Instant) {
        while let number = audio.first, number < first || now - entry(number).since > limits.audioAge {
            audio.removeFirst()
            if number >= first { drop(number) }
        }
    }

    /// Leaves of each key the latest event; what was looked at once is not looked at again.
    private func coalesce() {
        let end = first + entries.count
        for number in max(coalesced, first)..<end {
            guard case .state(let key) = entry(number).mark, entry(number).bytes != nil else { continue }
            if let earlier = states.updateValue(number, forKey: key), earlier >= first { drop(earlier) }
        }
        coalesced = end
    }

    /// Forgets the places of what was dropped: those that wait get new numbers.
    private func compact() {
        var kept = CircularBuffer<Entry>(initialCapacity: 2 * count)
        audio.removeAll()
        video.removeAll()
        states.removeAll()
        var lookedAt = 0
        for (place, entry) in entries.enumerated() where entry.bytes != nil {
            let number = first + kept.count
            let wasLookedAt = first + place < coalesced
            switch entry.mark {
            case .audio: audio.append(number)
            case .video: video.append(number)
            case .state(let key): if wasLookedAt { states[key] = number }
            case nil: break
            }
            kept.append(entry)
            if wasLookedAt { lookedAt += 1 }
        }
        entries = kept
        coalesced = first + lookedAt
    }

    private func entry(_ number: Int) -> Entry { entries[offset: number - first] }

    private func drop(_ number: Int) {
        let place = number - first
        guard let bytes = entries[offset: place].bytes, let mark = entries[offset: place].mark else { return }
        entries[offset: place].bytes = nil
        self.bytes -= bytes.readableBytes
        count -= 1
        dropped.add(mark, bytes: bytes.readableBytes)
    }

    private func skipDropped() {
        while let entry = entries.first, entry.bytes == nil {
            entries.removeFirst()
            first += 1
        }
        // What has left stands at the front of the lists.
        while let number = audio.first, number < first { audio.removeFirst() }
        while let number = video.first, number < first { video.removeFirst() }
    }
}
