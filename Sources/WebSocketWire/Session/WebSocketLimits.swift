/// What one peer may cost.
///
/// Sizes are R9's; times and counts bound what a peer can hold or ask for without sending anything useful.
package struct WebSocketLimits: Sendable, Hashable {
    /// Bytes of one text message that is handed over; a larger one is read, thrown away and reported, the connection lives.
    package var textBytes = 64 * 1024
    /// Bytes of one binary message that is handed over; a larger one is treated like a larger text.
    package var binaryBytes = 256 * 1024
    /// Bytes of one message, summed over its fragments; above it the connection ends with 1009.
    package var messageBytes = 1024 * 1024
    /// Frames of one message, empty ones counted; above it the connection ends with 1008.
    package var fragments = 1_000
    /// Pings and pongs within one second; above it the connection ends with 1008.
    package var controlFramesPerSecond = 100
    /// Longest time from the first to the last byte of one frame; above it the connection ends with 1008.
    package var frameDuration: Duration = .seconds(30)
    /// Longest time from the first to the last byte of one message; above it the connection ends with 1008.
    package var messageDuration: Duration = .seconds(60)
    /// Silence in either direction after which a ping is sent, R67; nil means no heartbeat (the client's choice).
    package var pingInterval: Duration? = .seconds(25)
    /// Wait for any byte after a ping before the peer counts as gone, R67.
    package var pongTimeout: Duration = .seconds(20)
    /// Wait for the peer's close frame, and for the transport's end after it.
    package var closeTimeout: Duration = .seconds(2)

    package init() {}

    /// Bytes of one message of `kind` that is handed over.
    func deliveredBytes(of kind: MessageKind) -> Int {
        switch kind {
        case .text: min(textBytes, messageBytes)
        case .binary: min(binaryBytes, messageBytes)
        }
    }
}
