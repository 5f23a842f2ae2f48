import CAASProtocol

/// The frames of one connection that the service has taken and not answered yet, oldest first (R11).
struct OutstandingRequests {
    private struct Request {
        let frame: FrameID
        let wish: AnswerWish
        let isRead: Bool
        let deadline: ContinuousClock.Instant
        /// Told that its outcome is unknown: the late answer is dropped.
        var isAbandoned = false
    }

    private var requests: [Request] = []

    /// Questions among them that are answered beside the writer.
    private(set) var reads = 0

    var count: Int { requests.count }

    mutating func add(_ frame: FrameID, _ wish: AnswerWish, isRead: Bool, deadline: ContinuousClock.Instant) {
        requests.append(Request(frame: frame, wish: wish, isRead: isRead, deadline: deadline))
        if isRead { reads += 1 }
    }

    /// Takes the oldest request of that id; nil where nothing is to be said.
    mutating func answer(_ frame: FrameID) -> (wish: AnswerWish, deadline: ContinuousClock.Instant)? {
        guard let place = requests.firstIndex(where: { $0.frame == frame }) else { return nil }
        let request = requests.remove(at: place)
        if request.isRead { reads -= 1 }
        return request.isAbandoned ? nil : (request.wish, request.deadline)
    }

    /// The requests whose time is up; each is returned once.
    mutating func expire(now: ContinuousClock.Instant) -> [FrameReference] {
        var late: [FrameReference] = []
        for place in requests.indices where requests[place].deadline <= now && !requests[place].isAbandoned {
            requests[place].isAbandoned = true
            late.append(FrameReference(id: requests[place].frame, wish: requests[place].wish))
        }
        return late
    }
}
