import NIOCore

/// What a close frame says: nothing, or a code and a reason.
///
/// RFC 6455 §5.5.1.
struct ClosePayload: Hashable {
    /// Bytes a reason may have: a control frame's 125 less the code's two.
    static let reasonBytes = 123

    /// Nil when the frame is empty, which the RFC calls 1005.
    var code: CloseCode?
    var reason: String

    init(_ code: CloseCode?, reason: String) {
        self.code = code
        self.reason = reason
    }

    init(parsing payload: ByteBuffer) throws(Violation) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            self.init(nil, reason: "")
            return
        }
        guard let raw = payload.readInteger(as: UInt16.self) else {
            throw .protocolError("close payload of one byte")
        }
        let code = CloseCode(rawValue: raw)
        guard code.isValidOnWire else { throw .protocolError("invalid close code") }
        var checker = UTF8Checker()
        guard payload.withUnsafeReadableBytes({ checker.check($0) }), checker.isComplete else {
            throw Violation(code: .invalidPayload, reason: "close reason is not UTF-8")
        }
        self.init(code, reason: String(buffer: payload))
    }

    /// The bytes to send.
    ///
    /// Empty for a code that may not stand on the wire (1005 means just that); the reason is cut to
    /// what fits, between characters.
    func serialized() -> ByteBuffer {
        guard let code, code.isValidOnWire else { return ByteBuffer() }
        var fitting = reason[...]
        while fitting.utf8.count > Self.reasonBytes { fitting = fitting.dropLast() }
        var payload = ByteBuffer()
        payload.reserveCapacity(2 + fitting.utf8.count)
        payload.writeInteger(code.rawValue)
        payload.writeSubstring(fitting)
        return payload
    }
}
