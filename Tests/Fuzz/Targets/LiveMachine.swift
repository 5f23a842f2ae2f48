import NIOCore
import WebSocketWire

/// A machine whose bytes come over time, with ticks between them and a close of our own now and then.
struct LiveMachine {
    private let role: Role
    private let limits: WebSocketLimits
    private var machine: WebSocketMachine
    private var now = ContinuousClock.now
    private var lastReceived = ContinuousClock.now
    /// When the connection began to end.
    private var ending: ContinuousClock.Instant?
    /// Nothing may be asked for any more.
    private var isOver = false
    private var hasClosed = false

    init(role: Role, limits: WebSocketLimits) {
        self.role = role
        self.limits = limits
        machine = WebSocketMachine(role: role, limits: limits, now: now)
    }

    mutating func run(_ pieces: [[UInt8]], _ choices: inout Choices) throws(Broken) {
        for piece in pieces {
            now += choices.one(of: [.zero, .zero, .milliseconds(1), .milliseconds(700), .seconds(10), .seconds(26)])
            if choices.below(3) == 0 { try tick() }
            if choices.below(40) == 0 { try close() }
            machine.receive(ByteBuffer(bytes: piece), now: now)
            lastReceived = now
            // Now and then the caller comes back for the rest only after more has arrived.
            var left = choices.below(4) == 0 ? choices.below(3) : .max
            while left > 0, let action = machine.nextAction() {
                try take(action)
                left -= 1
            }
        }
        while let action = machine.nextAction() { try take(action) }
        try close()
        try tick()
        now += limits.closeTimeout
        let last = machine.tick(now: now)
        try require(last == .closeTransport, "\(last) when the time to close is over")
    }

    private mutating func take(_ action: WebSocketMachine.Action) throws(Broken) {
        try require(!isOver, "\(action) after the end")
        switch try SeenAction(action, of: role) {
        case .message(let kind, let bytes):
            let limit = kind == .text ? limits.textBytes : limits.binaryBytes
            try require(bytes.count <= limit, "a message of \(bytes.count) bytes")
            try require(!hasClosed, "a message after our close")
        case .discarded(_, let size, let opening):
            try require(size <= limits.messageBytes && opening.count <= 4_096, "kept \(opening.count) of \(size) bytes")
            try require(!hasClosed, "a message after our close")
        case .sent(let opcode, _):
            try require(opcode == 10 || opcode == 8, "sends opcode \(opcode) by itself")
            try require(!hasClosed, "sends opcode \(opcode) after our close")
            guard opcode == 8 else { return }
            hasClosed = true
            end(at: lastReceived)
        case .pong: break
        case .closed, .failed:
            isOver = true
            end(at: lastReceived)
        }
    }

    private mutating func tick() throws(Broken) {
        let tick = machine.tick(now: now)
        if let ending {
            let isOverdue = now >= ending + limits.closeTimeout
            guard case .wait(let wait) = tick else {
                return try require(isOverdue && tick == .closeTransport, "\(tick) while ending")
            }
            try require(!isOverdue && wait <= limits.closeTimeout, "waits \(wait) while ending")
            return
        }
        switch tick {
        case .wait(let wait):
            try require(wait > .zero && wait <= .seconds(45), "waits \(wait)")
            try require(machine.tick(now: now) == tick, "another tick at the same moment says something else")
        case .sendPing(let frame):
            let ping = try WrittenFrame(frame, by: role)
            try require(ping.opcode == 9 && ping.payload.isEmpty, "a ping is \(ping)")
        case .heartbeatLost: break
        case .fail(let code, let reason, let frame):
            _ = try SeenAction(.fail(code, reason: reason, send: frame), of: role)
            try require(frame.readableBytes > 0, "fails without a close frame")
            isOver = true
            end(at: now)
        case .closeTransport: throw Broken("closes while nothing has ended")
        }
    }

    private mutating func close() throws(Broken) {
        let frame = machine.close(CloseCode(rawValue: 4000), reason: String(repeating: "é", count: 90), now: now)
        guard ending == nil, !hasClosed else {
            return try require(frame.readableBytes == 0, "a second close frame")
        }
        let close = try WrittenFrame(frame, by: role)
        try require(close.opcode == 8 && UTF8Reference.isText(close.payload.dropFirst(2)), "a close is \(close)")
        hasClosed = true
        ending = now
    }

    private mutating func end(at moment: ContinuousClock.Instant) {
        ending = min(ending ?? moment, moment)
    }
}
