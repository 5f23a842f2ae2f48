import CAASProtocol

/// Why the service ends a connection (R12): the range of the code is the instruction to the client.
struct CloseReason: Hashable {
    let code: UInt16
    /// Milliseconds after which to come back, where there is more to say than the code.
    var retryAfter: Int64?

    /// 41xx: reconnect at once.
    static let drain = CloseReason(code: 4100)
    static let slowConsumer = CloseReason(code: 4102)
    static let heartbeatTimeout = CloseReason(code: 4103)
    /// 42xx: reconnect with backoff.
    static let internalError = CloseReason(code: 4200)
    static let overloaded = CloseReason(code: 4201)
    static let tokenExpired = CloseReason(code: 4202)
    static let rateLimited = CloseReason(code: 4229)
    /// 44xx: do not reconnect unchanged.
    static let protocolErrors = CloseReason(code: 4400)
    static let authMissing = CloseReason(code: 4401)
    static let authInvalid = CloseReason(code: 4402)
    static let forbidden = CloseReason(code: 4403)
    static let version = CloseReason(code: 4412)

    /// Why a connection ends that the service did not take.
    init(refusing error: SpecError) {
        switch error.code {
        case .rateLimited: self = .rateLimited
        case .internalError: self = .internalError
        default: self = .overloaded
        }
        retryAfter = error.retryAfter
    }

    private init(code: UInt16) {
        self.code = code
    }

    /// Whether the client should not come back unchanged.
    var isFinal: Bool { (4400...4499).contains(code) }

    private static let codes: Set<UInt16> = [
        4100, 4102, 4103, 4200, 4201, 4202, 4229, 4400, 4401, 4402, 4403, 4412,
    ]

    /// Whether a close code is one of ours or of RFC 6455 §7.4.1; a client may send any other.
    static func isKnown(_ code: UInt16) -> Bool { (1000...1015).contains(code) || codes.contains(code) }

    /// The reason text of the close frame: JSON of at most 123 bytes.
    var text: String {
        if let retryAfter { "{\"c\":\(code),\"ra\":\(retryAfter)}" } else { "{\"c\":\(code)}" }
    }
}
