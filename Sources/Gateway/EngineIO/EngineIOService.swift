import EngineIOWire
import NIOCore
import NIOHTTP1
import Synchronization

/// One path at which Engine.IO is spoken, and where its sessions live.
final class EngineIOService: Sendable {
    /// Ends with a slash; the path without it is served too.
    let path: String
    let settings: EngineSettings
    /// Bytes that may wait for a peer.
    let queuedBytes: Int
    /// How long a peer that polls may leave what waits unasked for (R54).
    let stalledFor: Duration
    private let makeEndpoint: @Sendable (EngineIOSession, GatewayCore) -> any EngineIOEndpoint
    /// Bytes of the body of a POST whose session is nobody's.
    private let strangerBodyBytes: Int
    /// Where each session lives; bounded by the connections that the node admits.
    private let places = Mutex<[EngineIOSessionID: Place]>([:])

    private struct Place {
        let loop: LoopReaders
        var isAuthenticated = false
    }

    init(
        path: String,
        _ settings: EngineSettings,
        queuedBytes: Int,
        stalledFor: Duration,
        strangerBodyBytes: Int,
        makeEndpoint: @escaping @Sendable (EngineIOSession, GatewayCore) -> any EngineIOEndpoint
    ) {
        self.path = path
        self.settings = settings
        self.queuedBytes = queuedBytes
        self.stalledFor = stalledFor
        self.strangerBodyBytes = strangerBodyBytes
        self.makeEndpoint = makeEndpoint
    }

    func serves(_ path: some StringProtocol) -> Bool {
        path == self.path || (path.utf8.count + 1 == self.path.utf8.count && self.path.hasPrefix(path))
    }

    /// Where a session lives; nil for an id that is nobody's.
    func place(of id: EngineIOSessionID) -> LoopReaders? { places.withLock { $0[id]?.loop } }

    /// What a request asks for, and the session that it names, where that lives.
    func judge(_ head: HTTPRequestHead) -> (request: EngineIORequest, EngineIORequest.Decision, KnownSession?) {
        let request = EngineIORequest(query: head.uri.drop { $0 != "?" }.dropFirst())
        let session = request.sid.flatMap { id in place(of: id).map { (id, $0) } }
        let decision = request.decide(
            method: head.method.rawValue,
            isUpgrade: head.asksForWebSocket,
            isKnown: session != nil
        )
        return (request, decision, session)
    }

    /// The session belongs to somebody from here on.
    func noteAuthentication(_ id: EngineIOSessionID) { places.withLock { $0[id]?.isAuthenticated = true } }

    /// Bytes that the body of a request may have: few while its session is nobody's.
    func longestBody(of head: HTTPRequestHead) -> Int {
        let request = EngineIORequest(query: head.uri.drop { $0 != "?" }.dropFirst())
        let isKnown = request.sid.map { id in places.withLock { $0[id]?.isAuthenticated ?? false } } ?? false
        return isKnown ? settings.maxPayload : strangerBodyBytes
    }

    func forget(_ id: EngineIOSessionID) { _ = places.withLock { $0.removeValue(forKey: id) } }

    /// A new session of this event loop, which is still to begin.
    func open(
        _ request: EngineIORequest,
        carrier: EngineIOTransport,
        on loop: LoopReaders,
        pass: ConnectionPass,
        origin: String?,
        gateway: GatewayCore
    ) -> EngineIOSession {
        let id = EngineIOSessionID.random()
        let session = EngineIOSession(
            id,
            request,
            carrier: carrier,
            service: self,
            loop: loop,
            pass: pass,
            origin: origin
        )
        session.endpoint = makeEndpoint(session, gateway)
        places.withLock { $0[id] = Place(loop: loop) }
        loop.add(session)
        return session
    }

    /// Gives a WebSocket to the session that it is for; nil where that is gone.
    func probe(
        _ id: EngineIOSessionID,
        on place: LoopReaders,
        by socket: WebSocketTransport,
        _ pass: ConnectionPass,
        _ request: EngineIORequest
    ) -> EngineIOSession? {
        guard let session = place.session(id), session.service === self else { return nil }
        session.probe(socket, pass, takesBinary: request.takesBinary)
        return session
    }

    /// Hands a request of polling to its session.
    func deliver(_ exchange: PollingExchange, to id: EngineIOSessionID, at place: LoopReaders, _ part: Part) {
        place.eventLoop.execute {
            guard let session = place.session(id), session.service === self else {
                return exchange.complete(.refused(.fault(.sessionUnknown)))
            }
            switch part {
            case .poll: session.receive(poll: exchange)
            case .postHead: session.begin(post: exchange)
            case .post(let body, let isBinary): session.receive(post: exchange, body, isBinary: isBinary)
            case .abandonedPost: session.abandon(post: exchange)
            case .cutPost: session.cut(post: exchange)
            }
        }
    }

    /// The client of a request has gone away.
    func cut(_ exchange: PollingExchange, of id: EngineIOSessionID) {
        guard let place = place(of: id) else { return }
        place.eventLoop.execute { place.session(id)?.cut(exchange) }
    }

    /// What a request of polling brings.
    enum Part: Sendable {
        case poll
        /// The head of a POST; one of the others follows.
        case postHead
        case post(ByteBuffer, isBinary: Bool)
        /// The connection has refused it.
        case abandonedPost
        /// It ended before it was whole.
        case cutPost
    }

    /// A session by its name, and where it lives.
    typealias KnownSession = (id: EngineIOSessionID, place: LoopReaders)
}

extension HTTPRequestHead {
    var asksForWebSocket: Bool { headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" } }
}
