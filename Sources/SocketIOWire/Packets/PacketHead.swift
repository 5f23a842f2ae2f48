/// What stands before the JSON of a packet: `<type>[<n>-][<namespace>,][<id>]`.
///
/// Socket.IO protocol v5, "Packet encoding". Numbers have no leading zeros: every head has one spelling, but for `/,`.
struct PacketHead: Hashable {
    let type: PacketType
    /// How many binary messages follow; 0 for types without.
    private(set) var attachments = 0
    private(set) var namespace = "/"
    private(set) var id: UInt64?
    /// Bytes of the head.
    private(set) var length = 1

    /// The largest id: beyond it JavaScript would answer another one.
    static let largestID: UInt64 = 9_007_199_254_740_991

    init(parsing bytes: RawSpan, limits: SocketIOLimits) throws(Malformed) {
        guard bytes.byteCount > 0, let type = PacketType(rawValue: bytes.byte(at: 0)) else {
            throw Malformed("unknown packet type")
        }
        self.type = type
        if type.isBinary { try readAttachments(bytes, limits: limits) }
        if length < bytes.byteCount, bytes.byte(at: length) == UInt8(ascii: "/") {
            try readNamespace(bytes, limits: limits)
        }
        try readID(bytes)
    }

    private mutating func readAttachments(_ bytes: RawSpan, limits: SocketIOLimits) throws(Malformed) {
        let end = Self.endOfDigits(bytes, from: length)
        guard end < bytes.byteCount, bytes.byte(at: end) == UInt8(ascii: "-"),
            let count = Self.decimal(bytes, from: length, to: end).flatMap(Int.init(exactly:))
        else { throw Malformed("count of attachments is no number") }
        guard count > 0 else { throw Malformed("binary packet without attachments") }
        guard count <= limits.attachments else { throw Malformed("too many attachments") }
        attachments = count
        length = end &+ 1
    }

    /// Reads a name up to its comma, which may be missing where nothing follows.
    private mutating func readNamespace(_ bytes: RawSpan, limits: SocketIOLimits) throws(Malformed) {
        let start = length
        var end = start
        while end < bytes.byteCount, bytes.byte(at: end) != UInt8(ascii: ",") {
            // Names are sent back, and a separator of Engine.IO must not come that way into a payload.
            guard bytes.byte(at: end) >= 0x20 else { throw Malformed("namespace has a control character") }
            end &+= 1
        }
        guard end &- start <= limits.namespaceBytes else { throw Malformed("namespace is too long") }
        length = end < bytes.byteCount ? end &+ 1 : end
        guard end &- start > 1 else { return }
        let name = bytes.extracting(start..<end).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        guard let name else { throw Malformed("namespace is not UTF-8") }
        namespace = name
    }

    private mutating func readID(_ bytes: RawSpan) throws(Malformed) {
        let end = Self.endOfDigits(bytes, from: length)
        guard end > length else {
            guard type != .acknowledgement, type != .binaryAcknowledgement else {
                throw Malformed("acknowledgement without id")
            }
            return
        }
        guard type.takesID else { throw Malformed("id where none belongs") }
        guard let id = Self.decimal(bytes, from: length, to: end), id <= Self.largestID else {
            throw Malformed("id is no number up to 2^53 − 1")
        }
        self.id = id
        length = end
    }

    private static func endOfDigits(_ bytes: RawSpan, from start: Int) -> Int {
        var end = start
        while end < bytes.byteCount, bytes.byte(at: end) &- UInt8(ascii: "0") < 10 { end &+= 1 }
        return end
    }

    /// The number that plain digits from `start` to `end` stand for, nil where there is none or it has a leading zero.
    ///
    /// Up to 16 digits, which cannot overflow.
    static func decimal(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64? {
        guard (1...16).contains(end &- start) else { return nil }
        guard bytes.byte(at: start) != UInt8(ascii: "0") || end &- start == 1 else { return nil }
        var value: UInt64 = 0
        for place in start..<end {
            let digit = bytes.byte(at: place) &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }
}
