import NIOCore
import WebSocketWire

/// The WebSocket machine in both roles.
///
/// An input's first byte says the role, the second with it how the rest is cut.
enum FramesTarget {
    /// Small ones, so that short inputs reach them.
    static let limits: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.textBytes = 300
        limits.binaryBytes = 500
        limits.messageBytes = 6_000
        limits.fragments = 30
        limits.controlFramesPerSecond = 20
        return limits
    }()

    static func run(_ input: [UInt8]) throws(Broken) {
        guard input.count > 2 else { return }
        let role: Role = input[0] & 1 == 0 ? .server : .client
        let stream = Array(input[2...])
        var choices = Choices(input.prefix(2))
        let expected = FrameReference.read(stream, as: role, limits)
        let cuts = [[stream], choices.pieces(of: stream), choices.pieces(of: stream)]
        for pieces in cuts + (stream.count <= 600 ? [stream.map { [$0] }] : []) {
            let seen = try actions(of: pieces, as: role)
            try require(seen == expected, "in \(pieces.count) pieces \(seen), by the RFC \(expected)")
        }
        try checkEncoding(of: expected, by: role)
        var live = LiveMachine(role: role, limits: limits)
        try live.run(choices.pieces(of: stream), &choices)
    }

    /// All that comes of bytes which arrive at one moment.
    private static func actions(of pieces: [[UInt8]], as role: Role) throws(Broken) -> [SeenAction] {
        let now = ContinuousClock.now
        var machine = WebSocketMachine(role: role, limits: limits, now: now)
        var seen: [SeenAction] = []
        for piece in pieces {
            machine.receive(ByteBuffer(bytes: piece), now: now)
            while let action = machine.nextAction() { seen.append(try SeenAction(action, of: role)) }
        }
        return seen
    }

    /// What was read can be written at the other end, and then reads the same.
    private static func checkEncoding(of seen: [SeenAction], by role: Role) throws(Broken) {
        let messages = seen.filter { if case .message = $0 { true } else { false } }
        let now = ContinuousClock.now
        var writer = WebSocketMachine(role: role == .server ? .client : .server, limits: limits, now: now)
        var stream: [UInt8] = []
        for case .message(let kind, let bytes) in messages {
            stream += Array(writer.encode(kind, ByteBuffer(bytes: bytes)).readableBytesView)
        }
        let again = try actions(of: [stream], as: role)
        try require(again == messages, "written and read again: \(again), first \(messages)")
    }
}
