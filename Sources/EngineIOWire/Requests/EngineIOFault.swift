/// Why a request is not taken, in Engine.IO's own numbers.
package enum EngineIOFault: Int, Sendable, Hashable, CaseIterable {
    case transportUnknown = 0
    case sessionUnknown = 1
    case badHandshakeMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedVersion = 5

    /// The whole body where a WebSocket was asked for, and a part of it otherwise.
    package var message: String {
        switch self {
        case .transportUnknown: "Transport unknown"
        case .sessionUnknown: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedVersion: "Unsupported protocol version"
        }
    }

    /// The HTTP status.
    package var status: Int { self == .forbidden ? 403 : 400 }

    /// The body as JSON, for every request but one for a WebSocket.
    package var body: String { #"{"code":\#(rawValue),"message":"\#(message)"}"# }
}
