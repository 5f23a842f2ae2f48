import CAASProtocol
import Testing

@testable import Chat

/// A service on the in-memory store, driven one batch at a time by a clock that only moves when told to.
final class Transcript {
    let storage = InMemoryStorage()
    private(set) var service: ChatService
    private let settings: ChatSettings
    private(set) var now = ContinuousClock.now
    private(set) var time: Int64 = 1_700_000_000_000
    private var frames = 0
    private var connections: UInt64 = 0

    init(_ change: (inout ChatSettings) -> Void = { _ in }) {
        var settings = ChatSettings()
        settings.countsRates = false
        change(&settings)
        self.settings = settings
        service = ChatService(storage: storage, settings: settings)
    }

    /// Buckets that the service keeps at present.
    var keptRates: Int { service.rates.count }

    /// A process that has ended at any moment, and the one that follows on the same store; nobody is connected to it.
    func restart() {
        service = ChatService(storage: storage, settings: settings)
    }

    /// Connects a user and returns its connection.
    func connect(
        _ user: String,
        tenant: String = "acme",
        scopes: Scopes = .standard,
        echo: Bool = false,
        inbox: Bool = true,
        device: String? = nil
    ) throws -> Actor {
        let actor = try newcomer(
            user,
            tenant: tenant,
            scopes: scopes,
            echo: echo,
            inbox: inbox,
            device: device
        )
        _ = try say(actor, .connect)
        return actor
    }

    /// A user's connection that the service has not heard of.
    func newcomer(
        _ user: String,
        tenant: String = "acme",
        scopes: Scopes = .standard,
        echo: Bool = false,
        inbox: Bool = true,
        device: String? = nil
    ) throws -> Actor {
        connections += 1
        return Actor(
            connection: ConnectionID(loop: 0, number: connections),
            user: UserKey(tenant: try #require(TenantID(tenant)), user: try #require(UserID(user))),
            scopes: scopes,
            name: "Name of \(user)",
            echo: echo,
            inbox: inbox,
            session: SessionName(
                id: "s\(connections)",
                deviceID: device ?? "d\(connections)",
                hasNamedDevice: device != nil,
                transport: "websocket"
            )
        )
    }

    /// One request, in a batch of its own.
    func say(_ actor: Actor, _ command: ChatRequest.Command, frame: String? = nil) throws -> [Delivery] {
        process([try request(actor, command, frame: frame)])
    }

    func request(_ actor: Actor, _ command: ChatRequest.Command, frame: String? = nil) throws -> ChatRequest {
        frames += 1
        return ChatRequest(actor: actor, frame: try #require(FrameID(frame ?? "f\(frames)")), command: command)
    }

    func process(_ batch: [ChatRequest]) -> [Delivery] {
        service.process(batch, now: now, time: time)
    }

    /// What the passing of time brings.
    func wait(_ duration: Duration) -> [Delivery] {
        now += duration
        time += duration.milliseconds
        return service.tick(now: now, time: time)
    }

    /// The answer of one request.
    func answer(_ actor: Actor, _ command: ChatRequest.Command, frame: String? = nil) throws -> Acknowledgement {
        let deliveries = try say(actor, command, frame: frame)
        return try #require(deliveries.answers(to: actor).first)
    }

    /// The error of one request that must fail.
    func refusal(_ actor: Actor, _ command: ChatRequest.Command, frame: String? = nil) throws -> SpecError {
        guard case .failure(let error) = try answer(actor, command, frame: frame) else {
            throw Unexpected(what: "a success")
        }
        return error
    }

    func outcome(_ actor: Actor, _ command: ChatRequest.Command, frame: String? = nil) throws
        -> Acknowledgement.Outcome
    {
        switch try answer(actor, command, frame: frame) {
        case .success(_, let outcome): return outcome
        case .failure(let error): throw Unexpected(what: "\(error)")
        }
    }

    /// Answers a read as the queue would, from the store.
    func read(_ actor: Actor, _ read: ChatRead) throws -> Acknowledgement {
        try storage.read { try ReadRules.answer(read, actor, $0, settings: settings, time: time) }
    }
}

struct Unexpected: Error {
    let what: String
}

extension [Delivery] {
    /// The answers to one connection, in order.
    func answers(to actor: Actor) -> [Acknowledgement] {
        compactMap { delivery in
            guard case .answer(actor.connection, _, let answer) = delivery else { return nil }
            return answer
        }
    }

    /// The events for readers, in order.
    var events: [ServerEvent] {
        compactMap { if case .event(_, let event, _, _) = $0 { event } else { nil } }
    }

    /// The events for single connections of one user, in order.
    func directEvents(to actor: Actor) -> [ServerEvent] {
        compactMap { delivery in
            guard case .direct(let connections, _, let event) = delivery, connections.contains(actor.connection) else {
                return nil
            }
            return event
        }
    }
}

extension ConversationID {
    static func named(_ name: String) throws -> ConversationID { try #require(ConversationID(name)) }
}

extension UserID {
    static func named(_ name: String) throws -> UserID { try #require(UserID(name)) }
}

/// A text message as a request.
func sending(_ text: String, to conversation: String) throws -> ChatRequest.Command {
    let message = MessageSend(conversationID: try .named(conversation), body: MessageBody(content: text))
    return .send(message, hash: message.contentHash)
}
