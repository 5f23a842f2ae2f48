import CAASProtocol
import Chat
import Synchronization

/// Where the loops of a node leave for each other what was dropped of whose streams (R54).
final class CongestionBoard: Sendable {
    /// By the sender's loop, which takes it once a second.
    private let dropped = Mutex<[Int: [MediaStream: Int]]>([:])

    func leave(_ streams: [MediaStream: Int]) {
        guard !streams.isEmpty else { return }
        dropped.withLock { dropped in
            for (stream, count) in streams { dropped[stream.sender.loop, default: [:]][stream, default: 0] += count }
        }
    }

    /// What was dropped of the streams of this loop's connections.
    func take(for loop: Int) -> [MediaStream: Int] {
        dropped.withLock { $0.removeValue(forKey: loop) ?? [:] }
    }
}

/// Counts on one loop what its readers were spared, and looks once a second what others have counted of its senders.
///
/// Confined to that loop.
final class CongestionNotes {
    private let loop: Int
    private let board: CongestionBoard
    private var streams: [MediaStream: Int] = [:]
    private var isSecondTick = false

    init(loop: Int, board: CongestionBoard) {
        self.loop = loop
        self.board = board
    }

    func note(_ dropped: DroppedFrames, _ metrics: LoopMetrics) {
        metrics.dropped(dropped)
        streams.merge(dropped.streams, uniquingKeysWith: +)
    }

    /// Twice a second; what there is to tell senders, at most once a second.
    func tick() -> [MediaStream: Int] {
        board.leave(streams)
        streams = [:]
        isSecondTick.toggle()
        return isSecondTick ? [:] : board.take(for: loop)
    }
}

extension LoopReaders {
    /// Tells senders what became of their streams.
    func tellCongestion() {
        for (stream, count) in congestion.tick() { connection(stream.sender.number)?.tellCongestion(stream, count) }
    }
}
