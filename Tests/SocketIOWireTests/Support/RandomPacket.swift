import NIOCore
import SocketIOWire
import TestSupport

/// Packets of every kind, with what nobody would think of in their texts.
struct RandomPacket {
    private var random: SeededGenerator
    /// The number of the next attachment.
    private var attachments = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> SocketIOPacket {
        attachments = 0
        let isBinary = below(3) == 0
        let namespace = one(of: ["/", "/", "/admin", "/a b?c=\"d\"", "/日本/é", "//", "/{}[]"])
        switch below(7) {
        case 0: return SocketIOPacket(.connect(below(3) == 0 ? nil : object()), namespace: namespace)
        case 1: return SocketIOPacket(.disconnect, namespace: namespace)
        case 2: return SocketIOPacket(.connectError(object()), namespace: namespace)
        case 3:
            let arguments = arguments(isBinary: isBinary)
            return SocketIOPacket(
                .acknowledgement(id: id(), arguments),
                namespace: namespace,
                attachments: attachments
            )
        default:
            let arguments = arguments(isBinary: isBinary)
            let id = Bool.random(using: &random) ? id() : nil
            return SocketIOPacket(.event(name(), arguments, id: id), namespace: namespace, attachments: attachments)
        }
    }

    /// The bytes for its attachments.
    mutating func bytes(for packet: SocketIOPacket) -> [ByteBuffer] {
        (0..<packet.attachments).map { _ in ByteBuffer(bytes: random.bytes(below(40))) }
    }

    private mutating func arguments(isBinary: Bool) -> [ByteBuffer] {
        var texts = (0..<below(4)).map { _ in json(depth: 0, isBinary: isBinary) }
        if isBinary && attachments == 0 { texts.append(placeholder()) }
        return texts.map { ByteBuffer(string: $0) }
    }

    private mutating func object() -> ByteBuffer {
        ByteBuffer(string: "{\(text()):\(json(depth: 1, isBinary: false))}")
    }

    private mutating func id() -> UInt64 {
        one(of: [0, 1, 9, 10, 12, 4_294_967_296, 9_007_199_254_740_991, random.next() >> 11])
    }

    private mutating func name() -> EventName {
        guard below(5) > 0 else { return EventName(number(), isNumber: true) }
        return EventName(
            one(of: [
                "message:send", "error", "", "0", "connect ", "日本 é 😀", "\"\\/", "\n\u{0}\u{1E}\u{1F}", "e\u{301}",
            ])
        )
    }

    private mutating func json(depth: Int, isBinary: Bool) -> String {
        if isBinary, attachments < 10, below(4) == 0 { return placeholder() }
        let space = one(of: ["", "", "", " ", "\r\n\t"])
        let kind = below(depth < 5 ? 7 : 5)
        switch kind {
        case 0: return one(of: ["true", "false", "null"])
        case 1, 2: return number()
        case 3, 4: return text()
        case 5:
            let values = (0..<below(4)).map { _ in json(depth: depth + 1, isBinary: isBinary) }
            return "[" + space + values.joined(separator: space + ",") + "]"
        default:
            let members = (0..<below(4)).map { _ in
                text() + space + ":" + json(depth: depth + 1, isBinary: isBinary) + space
            }
            return "{" + members.joined(separator: "," + space) + "}"
        }
    }

    private mutating func placeholder() -> String {
        defer { attachments += 1 }
        return one(of: [
            "{\"_placeholder\":true,\"num\":\(attachments)}", "{ \"num\" : \(attachments) , \"_placeholder\" : true }",
        ])
    }

    private mutating func text() -> String {
        let parts = [
            "a", "plain words", "é", "日本", "😀", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\/", "{", "]", ",",
            "12-",
        ]
        return "\"" + (0..<below(5)).map { _ in one(of: parts) }.joined() + "\""
    }

    private mutating func number() -> String {
        one(of: ["0", "-0", "1", "-1.5", "12e3", "1E-7", "0.0e+00", "123456789012345678901234567890"])
    }

    private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }
}
