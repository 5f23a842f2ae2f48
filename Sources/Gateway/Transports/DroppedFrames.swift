/// What a reader that has fallen behind was spared (R54).
struct DroppedFrames: Sendable, Equatable {
    var bytes = 0
    var audio = 0
    var video = 0
    /// Events of whose key a later one followed.
    var states = 0
    /// Packets of each stream.
    var streams: [MediaStream: Int] = [:]

    var isEmpty: Bool { audio == 0 && video == 0 && states == 0 }

    mutating func add(_ mark: FrameMark, bytes: Int) {
        self.bytes += bytes
        switch mark {
        case .state: states += 1
        case .audio(let stream):
            audio += 1
            streams[stream, default: 0] += 1
        case .video(let stream, _, _):
            video += 1
            streams[stream, default: 0] += 1
        }
    }
}
