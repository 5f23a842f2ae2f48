import NIOCore
import WebSocketWire

/// A machine and the peer that talks to it; time is what the test says.
struct Peer {
    let role: Role
    var machine: WebSocketMachine
    let start = ContinuousClock.now

    init(of role: Role, limits: WebSocketLimits = .init(), deflates: Bool = false) {
        self.role = role
        machine = WebSocketMachine(role: role, limits: limits, now: start)
        if deflates { machine.inflater = Inflater() }
    }

    /// Sends bytes in one piece and takes all that comes of it.
    mutating func send(_ bytes: [UInt8], at age: Duration = .zero) -> [Seen] {
        machine.receive(ByteBuffer(bytes: bytes), now: start + age)
        return drain()
    }

    mutating func send(_ frames: RawFrame..., at age: Duration = .zero) -> [Seen] {
        send(frames.flatMap(\.bytes), at: age)
    }

    /// Sends bytes one at a time.
    mutating func drip(_ bytes: [UInt8]) -> [Seen] {
        bytes.flatMap { send([$0]) }
    }

    mutating func drain() -> [Seen] {
        var seen: [Seen] = []
        while let action = machine.nextAction() { seen.append(Seen(action)) }
        return seen
    }

    mutating func tick(at age: Duration) -> WebSocketMachine.Tick { machine.tick(now: start + age) }
}

/// An action with the frames in it taken apart, because a client's mask differs each time.
enum Seen: Hashable {
    case text(String)
    case binary([UInt8])
    case discarded(MessageKind, size: Int, opening: [UInt8])
    case sent(opcode: UInt8, payload: [UInt8])
    case pong([UInt8])
    case closed(UInt16?, String)
    case failed(UInt16, String)
    /// A close frame that does not say what the action says, or none where there should be one.
    case malformed(String)

    init(_ action: WebSocketMachine.Action) {
        switch action {
        case .message(.text, let bytes): self = .text(String(buffer: bytes))
        case .message(.binary, let bytes): self = .binary(Array(bytes.readableBytesView))
        case .discarded(let kind, let size, let opening):
            self = .discarded(kind, size: size, opening: Array(opening.readableBytesView))
        case .send(let bytes):
            self =
                RawFrame(reading: bytes).map { .sent(opcode: $0.opcode, payload: $0.payload) } ?? .malformed("\(bytes)")
        case .pong(let bytes): self = .pong(Array(bytes.readableBytesView))
        case .closed(let code, let reason): self = .closed(code?.rawValue, reason)
        case .fail(let code, let reason, let bytes):
            let expected = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)] + Array(reason.utf8)
            let frame = RawFrame(reading: bytes)
            let isRight = bytes.readableBytes == 0 || frame?.opcode == 8 && frame?.payload == expected
            self = isRight ? .failed(code.rawValue, reason) : .malformed("\(action)")
        }
    }

    /// The code of a failure, nil for everything else.
    var failureCode: UInt16? {
        guard case .failed(let code, _) = self else { return nil }
        return code
    }
}

/// Both ends, for tests that hold at either.
let bothRoles: [Role] = [.server, .client]
