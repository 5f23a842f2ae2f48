import CAASProtocol
import NIOCore

/// Requests that wait: some to be sent, some for their acknowledgement.
///
/// Confined to the connection's event loop.
struct PendingRequests {
    struct Request {
        var frame: OutgoingFrame
        var answer: EventLoopPromise<JSONFragment>
        var timeout: Scheduled<Void>
    }

    private let limits: ClientLimits
    private var sent: [FrameID: Request] = [:]
    private var waiting = CircularBuffer<Request>()

    init(limits: ClientLimits) {
        self.limits = limits
    }

    /// Takes a request; nil where there is no room, or where one with the same id waits.
    mutating func add(_ request: Request) -> Bool {
        let isKnown = sent[request.frame.id] != nil || waiting.contains { $0.frame.id == request.frame.id }
        guard !isKnown, waiting.count < limits.waiting else { return false }
        waiting.append(request)
        return true
    }

    /// The next frame that may be sent now.
    mutating func next() -> OutgoingFrame? {
        guard sent.count < limits.inFlight, let request = waiting.popFirst() else { return nil }
        sent[request.frame.id] = request
        return request.frame
    }

    /// Ends the wait of one request.
    mutating func finish(_ id: FrameID, _ result: Result<JSONFragment, CAASError>) {
        if let request = sent.removeValue(forKey: id) {
            request.finish(result)
        } else if let place = waiting.firstIndex(where: { $0.frame.id == id }) {
            waiting.remove(at: place).finish(result)
        }
    }

    /// Ends every wait.
    mutating func fail(_ error: CAASError) {
        let all = Array(sent.values) + Array(waiting)
        sent = [:]
        waiting.removeAll()
        for request in all { request.finish(.failure(error)) }
    }
}

extension PendingRequests.Request {
    fileprivate func finish(_ result: Result<JSONFragment, CAASError>) {
        timeout.cancel()
        switch result {
        case .success(let data): answer.succeed(data)
        case .failure(let error): answer.fail(error)
        }
    }
}
