/// What a client did that ends its session, in plain words.
package enum EngineIOViolation: String, Error, Sendable, Hashable {
    case emptyPacket = "empty packet"
    case unknownType = "unknown packet type"
    case unexpectedPayload = "payload in a packet that has none"
    case invalidBase64 = "invalid base64"
    case misplaced = "packet of a type that is the server's or has its own place"
    case ping = "ping from a client outside the probe"
    case tooManyPackets = "too many packets in a payload"
    case notText = "payload is not UTF-8 text"
    case tooLarge = "message too large"
    case secondPoll = "second GET while one is held"
    case secondPost = "second POST while one is being taken"
}
