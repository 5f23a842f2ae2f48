/// How a peer broke the protocol or a limit: what the connection ends with.
struct Violation: Error, Hashable {
    var code: CloseCode
    /// Constant text, at most 123 bytes, so that it fits a close frame.
    var reason: String

    static func protocolError(_ reason: String) -> Violation { Violation(code: .protocolError, reason: reason) }
    static func policy(_ reason: String) -> Violation { Violation(code: .policyViolation, reason: reason) }
    static let invalidText = Violation(code: .invalidPayload, reason: "text is not UTF-8")
    static let badDeflate = Violation(code: .invalidPayload, reason: "compressed data cannot be read")
    static let noMemory = Violation(code: .internalError, reason: "no memory to read compressed data with")
    static let tooBig = Violation(code: .messageTooBig, reason: "message too big")
}
