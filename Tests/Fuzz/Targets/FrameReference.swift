import WebSocketWire

/// RFC 6455's reading of a whole stream, put down as the RFC says it and without regard to cost.
///
/// The machine is held against it: same bytes at one moment, same outcome. It shares no code with the machine.
struct FrameReference {
    /// The connection ends with this code.
    private struct Failure: Error { let code: UInt16 }

    private struct Message {
        let kind: MessageKind
        var bytes: [UInt8] = []
        var size = 0
        var frames = 0
    }

    private let role: Role
    private let limits: WebSocketLimits
    private var rest: ArraySlice<UInt8>
    private var message: Message?
    private var controlFrames = 0
    private var seen: [SeenAction] = []

    /// What the bytes amount to, all arriving at the same moment.
    static func read(_ bytes: [UInt8], as role: Role, _ limits: WebSocketLimits) -> [SeenAction] {
        var reference = FrameReference(role: role, limits: limits, rest: bytes[...])
        do throws(Failure) {
            while try reference.readFrame() {}
        } catch {
            reference.seen.append(.failed(error.code))
        }
        return reference.seen
    }

    private init(role: Role, limits: WebSocketLimits, rest: ArraySlice<UInt8>) {
        self.role = role
        self.limits = limits
        self.rest = rest
    }

    /// False where the bytes end, or the connection does.
    private mutating func readFrame() throws(Failure) -> Bool {
        let bytes = Array(rest.prefix(14))
        guard bytes.count >= 1 else { return false }
        let opcode = bytes[0] & 0x0F
        let isFinal = bytes[0] & 0x80 != 0
        let isRight =
            switch opcode {
            case 0: message != nil
            case 1, 2: message == nil
            case 8, 9, 10: isFinal
            default: false
            }
        guard isRight, bytes[0] & 0x70 == 0 else { throw Failure(code: 1002) }
        guard bytes.count >= 2 else { return false }
        let isMasked = bytes[1] & 0x80 != 0
        let short = bytes[1] & 0x7F
        guard isMasked == (role == .server), opcode < 8 || short < 126 else { throw Failure(code: 1002) }
        let wide = short == 127 ? 8 : short == 126 ? 2 : 0
        guard bytes.count >= 2 + wide else { return false }
        let length = wide == 0 ? UInt64(short) : bytes[2..<2 + wide].reduce(0) { $0 << 8 | UInt64($1) }
        guard wide != 2 || length > 125, wide != 8 || length > 0xFFFF, length >> 63 == 0 else {
            throw Failure(code: 1002)
        }
        let start = 2 + wide + (isMasked ? 4 : 0)
        guard bytes.count >= start else { return false }
        let arrived = rest.count - start
        let isWhole = UInt64(arrived) >= length
        if opcode >= 8, !isWhole { return false }
        var payload = Array(rest.dropFirst(start).prefix(isWhole ? Int(length) : arrived))
        if isMasked { for place in payload.indices { payload[place] ^= bytes[start - 4 + place % 4] } }
        rest = rest.dropFirst(start + payload.count)
        guard opcode < 8 else { return try takeControl(opcode, payload) }
        return try takeData(opcode, payload, of: length, isWhole: isWhole, isFinal: isFinal)
    }

    private mutating func takeControl(_ opcode: UInt8, _ payload: [UInt8]) throws(Failure) -> Bool {
        guard opcode == 8 else {
            controlFrames += 1
            guard controlFrames <= limits.controlFramesPerSecond else { throw Failure(code: 1008) }
            seen.append(opcode == 9 ? .sent(opcode: 10, payload) : .pong(payload))
            return true
        }
        guard payload.count != 1 else { throw Failure(code: 1002) }
        guard payload.count >= 2 else {
            seen += [.sent(opcode: 8, []), .closed(nil, reason: [])]
            return false
        }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        let isKnown = (1000...1014).contains(code) && ![1004, 1005, 1006].contains(code)
        guard isKnown || (3000...4999).contains(code) else { throw Failure(code: 1002) }
        let reason = Array(payload.dropFirst(2))
        guard UTF8Reference.isText(reason) else { throw Failure(code: 1007) }
        seen += [.sent(opcode: 8, Array(payload.prefix(2))), .closed(code, reason: reason)]
        return false
    }

    private mutating func takeData(
        _ opcode: UInt8,
        _ payload: [UInt8],
        of length: UInt64,
        isWhole: Bool,
        isFinal: Bool
    ) throws(Failure) -> Bool {
        var current = message ?? Message(kind: opcode == 1 ? .text : .binary)
        current.frames += 1
        guard current.frames <= limits.fragments else { throw Failure(code: 1008) }
        guard length <= UInt64(limits.messageBytes - current.size) else { throw Failure(code: 1009) }
        current.size += Int(length)
        current.bytes += payload
        if current.kind == .text {
            let isGood =
                isWhole && isFinal ? UTF8Reference.isText(current.bytes) : UTF8Reference.mayBecomeText(current.bytes)
            guard isGood else { throw Failure(code: 1007) }
        }
        message = current
        guard isWhole else { return false }
        guard isFinal else { return true }
        message = nil
        let limit = current.kind == .text ? limits.textBytes : limits.binaryBytes
        seen.append(
            current.size > limit
                ? .discarded(current.kind, size: current.size, opening: Array(current.bytes.prefix(4_096)))
                : .message(current.kind, current.bytes)
        )
        return true
    }
}
