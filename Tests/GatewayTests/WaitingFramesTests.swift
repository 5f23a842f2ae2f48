import CAASProtocol
import Chat
import NIOCore
import Testing

@testable import Gateway

/// Frames by what they are, for tests that read as a transcript.
private enum Frame: Hashable {
    case kept
    case typing(String)
    case presence(String)
    /// An app's own.
    case event
    case audio
    case video
    case key
    /// Of another stream, whose sender marks no key frames.
    case keyless
}

@Suite("What waits for a reader that has fallen behind, R54") struct WaitingFramesTests {
    private let start = ContinuousClock.now
    private let queue = WaitingFrames()

    private static func stream(_ name: String) throws -> MediaStream {
        let room = try #require(ConversationID("room"))
        return MediaStream(sender: ConnectionID(loop: 0, number: 1), conversation: room, name: name)
    }

    private static func mark(_ frame: Frame) throws -> FrameMark? {
        let room = try #require(ConversationID("room"))
        switch frame {
        case .kept: return nil
        case .typing(let user):
            let user = try #require(UserID(user))
            return FrameMark(.typingUpdate(userID: user, typing: true, expiresAt: nil), in: room)
        case .presence(let user):
            let user = try #require(UserID(user))
            return FrameMark(.presenceUpdate(Presence(userID: user, status: .away, v: 1)), in: nil)
        case .event:
            let payload = try JSONFragment(parsing: Array("1".utf8).span.bytes)
            let sender = try #require(UserID("a"))
            return FrameMark(.eventNew(EventNew(name: "cursor", payload: payload, senderID: sender)), in: room)
        case .audio: return .audio(try stream("mic"))
        case .video: return .video(try stream("camera"), isKey: false, hasKeys: true)
        case .key: return .video(try stream("camera"), isKey: true, hasKeys: true)
        case .keyless: return .video(try stream("screen"), isKey: false, hasKeys: false)
        }
    }

    /// Appends frames, each of so many bytes that begin with its number.
    private func append(_ frames: [Frame], bytes: Int = 16, from first: Int = 0, after: Duration = .zero) throws {
        for (place, frame) in frames.enumerated() {
            var buffer = ByteBuffer(repeating: 0, count: bytes)
            buffer.setInteger(first + place, at: 0)
            queue.append(buffer, try Self.mark(frame), now: start + after)
        }
    }

    /// Takes everything: the numbers of the frames.
    private func drain(after: Duration = .zero) -> [Int] {
        var numbers: [Int] = []
        while let bytes = queue.popFirst(now: start + after) { numbers.append(bytes.getInteger(at: 0) ?? -1) }
        return numbers
    }

    @Test func `while the reader is not behind everything leaves in order`() throws {
        try append([.kept, .typing("a"), .audio, .video, .typing("a"), .key, .kept])
        #expect(drain(after: .milliseconds(500)) == [0, 1, 2, 3, 4, 5, 6])
        #expect(queue.takeDropped() == nil)
        #expect(queue.isIdle(now: start))
    }

    @Test func `after half a second video goes up to the last key frame, and then all of it`() throws {
        try append([.video, .kept, .video, .key, .video])
        // Nothing but the age of the first frame that waits makes the reader one that is behind.
        #expect(drain(after: .milliseconds(501)) == [1])
        #expect(queue.takeDropped()?.video == 4)
    }

    @Test func `above 256 KiB video goes up to the last key frame, so that there is something to show`() throws {
        try append([.kept, .video, .key, .video, .key, .video], bytes: 50_000)
        #expect(queue.bytes == 300_000 - 150_000)
        #expect(drain() == [0, 4, 5])
        #expect(queue.takeDropped()?.video == 3)
    }

    @Test func `after a gap no picture comes before a key frame`() throws {
        try append([.key, .video, .video], bytes: 100_000)
        try append([.video, .audio, .video, .key, .video], from: 3)
        #expect(drain() == [4, 6, 7])
        #expect(queue.takeDropped()?.video == 5)
    }

    @Test func `a key frame that never comes is waited for ten seconds`() throws {
        try append([.key, .video, .video], bytes: 100_000)
        try append([.video], from: 3, after: .seconds(9))
        #expect(!queue.isIdle(now: start + .seconds(9)))
        try append([.video], from: 4, after: .seconds(10))
        #expect(drain(after: .seconds(10)) == [4])
    }

    @Test func `a stream without key frames goes on at once`() throws {
        try append([.keyless, .keyless, .keyless], bytes: 100_000)
        try append([.keyless], from: 3)
        #expect(drain() == [3])
        #expect(queue.takeDropped()?.streams.map(\.value) == [3])
    }

    @Test func `audio is dropped only when it is late, and after video`() throws {
        try append([.audio, .kept], bytes: 20_000)
        try append([.audio], bytes: 20_000, from: 2, after: .milliseconds(100))
        try append([.video, .kept], bytes: 200_000, from: 3, after: .milliseconds(200))
        // Without the video there is room.
        #expect(queue.takeDropped()?.video == 1)
        try append([.kept], bytes: 20_000, from: 5, after: .milliseconds(350))
        #expect(drain(after: .milliseconds(350)) == [1, 2, 4, 5])
        #expect(queue.takeDropped()?.audio == 1)
    }

    @Test func `of one key the latest event is enough`() throws {
        try append([.typing("a"), .typing("b"), .kept, .typing("a")])
        #expect(queue.count == 4)
        try append([.kept], bytes: 300_000, from: 4)
        #expect(queue.count == 4)
        try append([.typing("b"), .typing("a")], from: 5)
        #expect(drain() == [2, 4, 5, 6])
        #expect(queue.takeDropped()?.states == 3)
    }

    @Test func `of presence the latest of each user is enough, and typing is something else`() throws {
        try append([.presence("a"), .typing("a"), .presence("b"), .presence("a"), .kept, .typing("b")])
        try append([.kept], bytes: 300_000, from: 6)
        #expect(drain() == [1, 2, 3, 4, 5, 6])
        #expect(queue.takeDropped()?.states == 1)
    }

    @Test func `own events all arrive, each of them being of its own`() throws {
        #expect(try Self.mark(.event) == nil)
        try append(Array(repeating: .event, count: 40), bytes: 10_000)
        #expect(drain(after: .seconds(60)) == Array(0..<40))
        #expect(queue.takeDropped() == nil)
    }

    @Test func `what is kept is never dropped, however much and however old`() throws {
        try append(Array(repeating: .kept, count: 40), bytes: 100_000)
        #expect(drain(after: .seconds(3_600)) == Array(0..<40))
    }

    @Test func `what was dropped behind something that stays takes no room`() throws {
        try append([.kept], bytes: 200_000)
        for number in 0..<20_000 {
            try append([.audio, .typing("a")], from: number, after: .milliseconds(number))
        }
        #expect(queue.count < 400)
        #expect(queue.capacity < 4_096)
        let first = queue.popFirst(now: start + .seconds(20))
        #expect(first?.readableBytes == 200_000)
    }

    @Test func `of streams that wait for a key frame no more than a few are remembered`() throws {
        for number in 0..<1_000 {
            let mark = FrameMark.video(try Self.stream("\(number)"), isKey: true, hasKeys: true)
            queue.append(ByteBuffer(repeating: 0, count: 300_000), mark, now: start + .milliseconds(number))
        }
        #expect(queue.takeDropped()?.video == 1_000)
        #expect(queue.awaitedCount == 64)
        // The latest of them, and no longer the first, is kept waiting.
        for (number, isDropped) in [(999, true), (0, false)] {
            let mark = FrameMark.video(try Self.stream("\(number)"), isKey: false, hasKeys: true)
            queue.append(ByteBuffer(repeating: 0, count: 10), mark, now: start + .seconds(1))
            #expect((queue.takeDropped() != nil) == isDropped)
        }
    }

    /// Any frames in any order, with leaving and waiting between.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `kept frames all arrive in order, whole, and every other one arrives or is counted`(seed: UInt64) throws {
        var random = Seeded(state: seed)
        let tellings: [Frame] = [.typing("a"), .typing("b"), .presence("a"), .presence("b")]
        let states = Set(tellings)
        let kinds = tellings + [.kept, .event, .audio, .video, .video, .key, .keyless]
        var sent: [Frame] = []
        var arrived: [Int] = []
        var dropped = DroppedFrames()
        var now = start
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...60, using: &random))
            // Every other reader takes so little that what is dropped stands behind what stays.
            let isSlow = seed % 2 == 1 && Int.random(in: 0..<20, using: &random) > 0
            for _ in 0..<(isSlow ? 0 : Int.random(in: 0...3, using: &random)) {
                guard let bytes = queue.popFirst(now: now) else { break }
                arrived.append(bytes.getInteger(at: 0) ?? -1)
            }
            let kind = kinds.randomElement(using: &random) ?? .kept
            var bytes = ByteBuffer(repeating: 0, count: Int.random(in: 8...30_000, using: &random))
            bytes.setInteger(sent.count, at: 0)
            sent.append(kind)
            queue.append(bytes, try Self.mark(kind), now: now)
            if let more = queue.takeDropped() {
                dropped.audio += more.audio
                dropped.video += more.video
                dropped.states += more.states
            }
        }
        while let bytes = queue.popFirst(now: now) { arrived.append(bytes.getInteger(at: 0) ?? -1) }
        let last = queue.takeDropped() ?? DroppedFrames()
        #expect(queue.bytes == 0 && queue.count == 0, "seed \(seed)")
        #expect(arrived == arrived.sorted() && Set(arrived).count == arrived.count, "seed \(seed)")
        func count(_ kinds: Set<Frame>, _ numbers: some Sequence<Int>) -> Int {
            numbers.count { kinds.contains(sent[$0]) }
        }
        let all = sent.indices
        #expect(count([.kept, .event], arrived) == count([.kept, .event], all), "seed \(seed)")
        let audio = count([.audio], all) - count([.audio], arrived)
        let video = count([.video, .key, .keyless], all) - count([.video, .key, .keyless], arrived)
        #expect(audio == dropped.audio + last.audio, "seed \(seed)")
        #expect(video == dropped.video + last.video, "seed \(seed)")
        #expect(count(states, all) - count(states, arrived) == dropped.states + last.states, "seed \(seed)")
        // The latest of each key is always told.
        for kind in states where sent.contains(kind) {
            #expect(arrived.contains(try #require(sent.lastIndex(of: kind))), "seed \(seed)")
        }
        // A picture that arrives follows the one before it, or begins anew; keys are never ten seconds apart here.
        var previous = -1
        let pictures = all.filter { sent[$0] == .video || sent[$0] == .key }
        for (place, number) in pictures.enumerated() where arrived.contains(number) {
            let follows = place == 0 || pictures[place - 1] == previous
            #expect(sent[number] == .key || follows, "seed \(seed), frame \(number)")
            previous = number
        }
    }
}
