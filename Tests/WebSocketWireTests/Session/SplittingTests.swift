import NIOCore
import TestSupport
import Testing
import WebSocketWire

@Suite("However the bytes are cut, the actions are the same") struct SplittingTests {
    @Test(.tags(.property), arguments: bothRoles, 0..<40 as Range<UInt64>)
    func `one piece, random pieces, byte by byte`(role: Role, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stream = RandomStream(to: role, using: &random)
        if seed % 2 == 1 { stream.damage(using: &random) }
        let whole = feed(stream.bytes, to: role) { _ in stream.bytes.count }
        let dripped = feed(stream.bytes, to: role) { _ in 1 }
        #expect(dripped == whole)
        for _ in 0..<3 {
            let longest = Int.random(in: 2...300, using: &random)
            let cut = feed(stream.bytes, to: role) { Int.random(in: 1...min($0, longest), using: &random) }
            #expect(cut == whole)
        }
        if seed % 2 == 0 { #expect(whole == stream.expected) }
    }

    @Test(.tags(.property), arguments: bothRoles, 0..<40 as Range<UInt64>)
    func `noise`(role: Role, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Headers that are often right, with lengths that are mostly short: noise alone would end at its second byte.
        let noise = (0..<60).flatMap { _ -> [UInt8] in
            let opcode = ([0, 1, 2, 8, 9, 10, 3] as [UInt8]).randomElement(using: &random) ?? 0
            var frame = RawFrame(fin: Int.random(in: 0..<4, using: &random) > 0, opcode: opcode)
            frame.payload = random.bytes(.random(in: 0...20, using: &random)).map { $0 & 0x7F }
            frame.key = (role == .server) == (Int.random(in: 0..<30, using: &random) > 0) ? random.bytes(4) : nil
            if Int.random(in: 0..<10, using: &random) == 0 {
                frame.declared = random.next() >> UInt64.random(in: 0...63, using: &random)
            }
            return frame.bytes
        }
        let whole = feed(noise, to: role) { _ in noise.count }
        #expect(feed(noise, to: role) { _ in 1 } == whole)
        #expect(!whole.contains { if case .malformed = $0 { true } else { false } })
    }

    private func feed(_ bytes: [UInt8], to role: Role, piece: (_ left: Int) -> Int) -> [Seen] {
        var peer = Peer(of: role, limits: RandomStream.limits)
        var seen: [Seen] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = piece(rest.count)
            seen += peer.send(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return seen
    }
}

/// Messages in random fragments with control frames between them, and what should come of them.
private struct RandomStream {
    static var limits: WebSocketLimits {
        var limits = WebSocketLimits()
        limits.textBytes = 300
        limits.binaryBytes = 500
        limits.messageBytes = 20_000
        limits.fragments = 30
        return limits
    }

    private(set) var bytes: [UInt8] = []
    private(set) var expected: [Seen] = []
    private let role: Role

    init(to role: Role, using random: inout SeededGenerator) {
        self.role = role
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            addMessage(using: &random)
        }
        if Bool.random(using: &random) {
            add(8, [0x03, 0xE8] + Array("bye".utf8), fin: true, using: &random)
            expected += [.sent(opcode: 8, payload: [0x03, 0xE8]), .closed(1000, "bye")]
        }
    }

    private mutating func addMessage(using random: inout SeededGenerator) {
        let isText = Bool.random(using: &random)
        let size = [0, 1, 100, 125, 126, 299, 300, 301, 500, 501, 900].randomElement(using: &random) ?? 0
        let payload = isText ? Self.text(size, using: &random) : random.bytes(size)
        var rest = payload[...]
        var opcode: UInt8 = isText ? 1 : 2
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let part = rest.prefix(Int.random(in: 0...rest.count, using: &random))
            add(opcode, Array(part), fin: false, using: &random)
            opcode = 0
            rest = rest.dropFirst(part.count)
            if Int.random(in: 0..<4, using: &random) == 0 { addControl(using: &random) }
        }
        add(opcode, Array(rest), fin: true, using: &random)
        if payload.count > (isText ? 300 : 500) {
            let opening = Array(payload.prefix(4_096))
            expected.append(.discarded(isText ? .text : .binary, size: payload.count, opening: opening))
        } else {
            expected.append(isText ? .text(String(decoding: payload, as: UTF8.self)) : .binary(payload))
        }
    }

    private mutating func addControl(using random: inout SeededGenerator) {
        let payload = random.bytes(.random(in: 0...125, using: &random))
        if Bool.random(using: &random) {
            add(9, payload, fin: true, using: &random)
            expected.append(.sent(opcode: 10, payload: payload))
        } else {
            add(10, payload, fin: true, using: &random)
            expected.append(.pong(payload))
        }
    }

    private mutating func add(_ opcode: UInt8, _ payload: [UInt8], fin: Bool, using random: inout SeededGenerator) {
        let key = role == .server ? random.bytes(4) : nil
        bytes += RawFrame(fin: fin, opcode: opcode, payload: payload, key: key).bytes
    }

    private static func text(_ size: Int, using random: inout SeededGenerator) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < size {
            text += Array((["a", "plain words ", "é", "日", "😀"].randomElement(using: &random) ?? "").utf8)
        }
        return text
    }

    /// Changes a few bytes anywhere.
    mutating func damage(using random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
    }
}
