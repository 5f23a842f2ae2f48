import NIOCore
import SocketIOWire

/// A machine and a plain account beside it of what it must say to each message.
struct SocketIOConversation {
    private let limits: SocketIOLimits
    private var machine: SocketIOMachine
    private var now = ContinuousClock.now
    private var asked: Set<String> = []
    private var joined: Set<String> = []
    private var aloneSince: ContinuousClock.Instant?
    /// The packet whose attachments come, with what has come of it.
    private var waiting: Waiting?
    private var isOver = false

    private struct Waiting {
        let packet: SocketIOPacket?
        let namespace: String
        let since: ContinuousClock.Instant
        var due: Int
        var size: Int
        var isOversized: Bool
        var attachments: [ByteBuffer] = []
    }

    private static let known: Set<String> = ["/", "/a", "/b", "/c", "/d"]

    init(limits: SocketIOLimits) {
        self.limits = limits
        machine = SocketIOMachine(limits: limits, namespaces: Self.known, now: now)
        aloneSince = now
    }

    mutating func receive(_ message: [UInt8], _ choices: inout Choices) throws(Broken) {
        now += choices.one(of: [.zero, .zero, .zero, .milliseconds(1), .seconds(1), .seconds(9)])
        if choices.below(4) == 0 { try tick() }
        if message.first == UInt8(ascii: "b") {
            try receive(binary: Array(message.dropFirst()), isThrownAway: choices.below(8) == 0)
        } else {
            try receive(text: message, isThrownAway: choices.below(16) == 0)
        }
        try require(machine.heldBytes <= limits.packetBytes, "holds \(machine.heldBytes) bytes")
        try require(waiting != nil || machine.heldBytes == 0, "holds \(machine.heldBytes) bytes of nothing")
        for namespace in Self.known {
            try require(machine.isJoined(namespace) == joined.contains(namespace), "in \(namespace) or not")
        }
        guard choices.below(20) == 0, let namespace = joined.sorted().first else { return }
        try require(machine.left(namespace, now: now), "does not leave \(namespace)")
        leave(namespace)
    }

    /// Nothing is left to happen but the ends of time.
    mutating func end() throws(Broken) {
        now += limits.packetDuration
        try tick()
        guard !isOver else { return }
        // Who waits for an answer of ours is not hurried.
        try require(waiting == nil && (aloneSince == nil || !asked.isEmpty), "is not over")
        try require(machine.tick(now: now) == .idle, "waits for something")
    }

    private mutating func receive(text: [UInt8], isThrownAway: Bool) throws(Broken) {
        let buffer = ByteBuffer(bytes: text)
        let opening = ByteBuffer(bytes: text.prefix(50))
        let action =
            isThrownAway
            ? machine.discarded(size: text.count, opening: opening, now: now) : machine.receive(text: buffer, now: now)
        guard !isOver else { return try require(action == nil, "\(action as Any) after the end") }
        guard waiting == nil else { return try expectViolation(action) }
        guard !isThrownAway, text.count <= limits.textBytes else { return try takeOversized(text.count, action) }
        guard let packet = SocketIOPacket(reading: buffer, limits: limits) else { return try expectViolation(action) }
        if case .connect(let auth) = packet.content { return try connect(packet.namespace, auth, action) }
        guard joined.contains(packet.namespace) else { return try expectViolation(action) }
        switch packet.content {
        case .connect, .connectError: try expectViolation(action)
        case .disconnect:
            leave(packet.namespace)
            try require(action == .disconnect(namespace: packet.namespace), "\(action as Any) to a disconnect")
        case .event, .acknowledgement:
            guard packet.attachments > 0 else {
                return try require(action == Self.action(packet, []), "\(action as Any) to \(packet)")
            }
            try require(action == nil, "\(action as Any) before the attachments")
            wait(for: packet.attachments, of: packet, in: packet.namespace, size: text.count)
        }
    }

    private mutating func connect(
        _ namespace: String,
        _ auth: ByteBuffer?,
        _ action: SocketIOMachine.Action?
    ) throws(Broken) {
        if joined.contains(namespace) || asked.contains(namespace) { return try expectViolation(action) }
        guard Self.known.contains(namespace) else {
            guard case .refuse(namespace, let answer) = action else { throw Broken("\(action as Any) to \(namespace)") }
            let read = SocketIOPacket(reading: ByteBuffer(bytes: answer.readableBytesView.dropFirst()), limits: limits)
            let message = ByteBuffer(string: #"{"message":"Invalid namespace"}"#)
            return try require(
                read == SocketIOPacket(.connectError(message), namespace: namespace),
                "refused by \(String(buffer: answer))"
            )
        }
        if joined.count + asked.count >= limits.namespaces { return try expectViolation(action) }
        try require(action == .connect(namespace: namespace, auth: auth), "\(action as Any) to a connect")
        // One in eight stays without an answer, as the auth says: the same input always does the same.
        switch (auth?.readableBytes ?? 0) % 8 {
        case 7: asked.insert(namespace)
        case 6: try require(machine.refused(namespace, now: now), "nobody is refused")
        default:
            try require(machine.accepted(namespace) && !machine.accepted(namespace), "accepted never or twice")
            joined.insert(namespace)
            aloneSince = nil
        }
    }

    /// By its opening alone a text may be refused, or be an event: then it was joined.
    private mutating func takeOversized(_ size: Int, _ action: SocketIOMachine.Action?) throws(Broken) {
        switch action {
        case .violation: try expectViolation(action)
        case .oversized(let event):
            try require(event.size == size && joined.contains(event.namespace), "\(event)")
            try require(
                event.opening.readableBytes <= min(size, 4_096),
                "\(event.opening.readableBytes) bytes are kept"
            )
        case nil:
            // An acknowledgement, or a packet with attachments: the next binary message tells.
            guard machine.heldBytes > 0 else { return }
            waiting = Waiting(packet: nil, namespace: "", since: now, due: 0, size: size, isOversized: true)
        default: throw Broken("\(action as Any) to a text that is too large")
        }
    }

    private mutating func receive(binary: [UInt8], isThrownAway: Bool) throws(Broken) {
        let buffer = ByteBuffer(bytes: binary)
        let action =
            isThrownAway
            ? machine.discarded(attachment: buffer, size: binary.count) : machine.receive(binary: buffer, now: now)
        guard !isOver else { return try require(action == nil, "\(action as Any) after the end") }
        guard var packet = waiting else { return try expectViolation(action) }
        packet.due -= 1
        packet.size += binary.count
        packet.attachments.append(buffer)
        packet.isOversized = packet.isOversized || isThrownAway || binary.count > limits.binaryBytes
        waiting = packet
        if packet.size > limits.packetBytes { return try expectViolation(action) }
        guard let whole = packet.packet else { return try takeMore(of: packet, action) }
        guard packet.due == 0 else { return try require(action == nil, "\(action as Any) before the last attachment") }
        waiting = nil
        guard joined.contains(packet.namespace) else { return try require(action == nil, "an event of who has left") }
        guard packet.isOversized else {
            return try require(action == Self.action(whole, packet.attachments), "\(action as Any) to \(whole)")
        }
        guard case .event(let name, _, let id) = whole.content else {
            return try require(action == nil, "\(action as Any) to an acknowledgement")
        }
        guard case .oversized(let event) = action else { throw Broken("\(action as Any) to \(whole)") }
        let isRight = event.size == packet.size && event.id == id && event.name ?? EventName("") == name
        try require(isRight && event.namespace == packet.namespace, "\(event) of \(whole)")
    }

    /// An attachment of a text of which only the opening was read.
    private mutating func takeMore(of packet: Waiting, _ action: SocketIOMachine.Action?) throws(Broken) {
        guard machine.heldBytes == 0 else { return try require(action == nil, "\(action as Any) before the last") }
        waiting = nil
        switch action {
        case nil: break
        case .oversized(let event): try require(event.size == packet.size, "\(event)")
        default: throw Broken("\(action as Any) to a packet that is too large")
        }
    }

    private mutating func tick() throws(Broken) {
        let tick = machine.tick(now: now)
        guard !isOver else { return try require(tick == .idle, "\(tick) after the end") }
        // While an answer of ours is due, no time is counted.
        let connect = asked.isEmpty ? aloneSince.map { $0 + limits.connectTimeout } : nil
        let packet = waiting.map { $0.since + limits.packetDuration }
        switch tick {
        case .connectTimeout:
            try require(connect.map { now >= $0 } ?? false, "\(tick) too early")
            over()
        case .packetTimeout:
            try require(packet.map { now >= $0 } ?? false, "\(tick) too early")
            over()
        case .idle: try require(connect == nil && packet == nil, "idle while something is due")
        case .wait(let time):
            let due = [connect, packet].compactMap(\.self).min()
            try require(time > .zero && due == now + time, "waits \(time)")
        }
    }

    private mutating func expectViolation(_ action: SocketIOMachine.Action?) throws(Broken) {
        guard case .violation(let reason) = action else { throw Broken("\(action as Any) instead of a violation") }
        try require(!reason.isEmpty, "violated without a reason")
        over()
    }

    private mutating func over() {
        isOver = true
        waiting = nil
        joined = []
    }

    private mutating func leave(_ namespace: String) {
        joined.remove(namespace)
        if joined.isEmpty { aloneSince = now }
    }

    private mutating func wait(for due: Int, of packet: SocketIOPacket, in namespace: String, size: Int) {
        waiting = Waiting(
            packet: packet,
            namespace: namespace,
            since: now,
            due: due,
            size: size,
            isOversized: false
        )
    }

    private static func action(_ packet: SocketIOPacket, _ attachments: [ByteBuffer]) -> SocketIOMachine.Action? {
        switch packet.content {
        case .event(let name, let arguments, let id):
            .event(
                SocketIOEvent(
                    namespace: packet.namespace,
                    name: name,
                    arguments: arguments,
                    id: id,
                    attachments: attachments
                )
            )
        case .acknowledgement(let id, let arguments):
            .acknowledgement(namespace: packet.namespace, id: id, arguments: arguments, attachments: attachments)
        default: nil
        }
    }
}
