import CAASProtocol
import Chat

/// The frames of one connection that the service has taken and not answered yet, oldest first (R11).
struct OutstandingRequests {
    private struct Request {
        /// What the service knows the frame by.
        let key: FrameID
        let frame: FrameReference
        let isRead: Bool
        let file: FileID?
        let deadline: ContinuousClock.Instant
        /// Told that its outcome is unknown: the late answer is dropped.
        var isAbandoned = false
    }

    private var requests: [Request] = []

    /// Questions among them that are answered beside the writer.
    private(set) var reads = 0
    /// Chunks among them, by their files.
    private var chunks: [FileID: Int] = [:]

    /// Whether as many chunks of a file wait as may be under way (R53).
    var hasFullWindow: Bool { chunks.values.contains { $0 >= FileRules.window } }

    var count: Int { requests.count }

    /// - Parameters:
    ///   - key: The frame's id, or one made for a frame that needs none.
    ///   - file: Which file the frame is a chunk of.
    mutating func add(
        _ key: FrameID,
        _ frame: FrameReference,
        isRead: Bool,
        chunkOf file: FileID? = nil,
        deadline: ContinuousClock.Instant
    ) {
        requests.append(Request(key: key, frame: frame, isRead: isRead, file: file, deadline: deadline))
        if isRead { reads += 1 }
        if let file { chunks[file, default: 0] += 1 }
    }

    /// Takes the oldest request of that key; nil where nothing is to be said.
    mutating func answer(_ key: FrameID) -> (frame: FrameReference, deadline: ContinuousClock.Instant)? {
        guard let place = requests.firstIndex(where: { $0.key == key }) else { return nil }
        let request = requests.remove(at: place)
        if request.isRead { reads -= 1 }
        if let file = request.file { chunks[file] = chunks[file].flatMap { $0 > 1 ? $0 - 1 : nil } }
        return request.isAbandoned ? nil : (request.frame, request.deadline)
    }

    /// The requests whose time is up; each is returned once.
    mutating func expire(now: ContinuousClock.Instant) -> [FrameReference] {
        var late: [FrameReference] = []
        for place in requests.indices where requests[place].deadline <= now && !requests[place].isAbandoned {
            requests[place].isAbandoned = true
            late.append(requests[place].frame)
        }
        return late
    }
}
