import WebSocketWire

/// What compresses and inflates for all connections of one event loop (R69): no connection has anything of its own.
struct LoopCompression: Sendable {
    let inflater = Inflater()
    let deflater: Deflater
    /// Answers of polling.
    let gzipper: Gzipper

    init(_ settings: CompressionSettings) {
        deflater = Deflater(level: settings.level, threshold: settings.threshold)
        gzipper = Gzipper(settings)
    }
}
