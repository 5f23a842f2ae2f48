import CAASProtocol

/// What carries a chat connection: a plain WebSocket, or Socket.IO over whatever carries that.
///
/// Confined to the connection's event loop.
protocol ChatTransport: AnyObject {
    /// What its frames look like.
    var form: WireForm { get }
    /// Whether more may be sent.
    var isOpen: Bool { get }
    /// The code of R12 that the connection ended with, ours or the peer's; nil where there was none.
    var closeCode: UInt16? { get }
    /// Whether the client has ended the connection in the words of its wire (R36).
    var hasSaidGoodbye: Bool { get }
    /// The WebSocket that takes finished bytes at once; nil where frames go the long way, one by one.
    var carrier: WebSocketTransport? { get }
    /// The last run of the fan-out that treated this connection specially.
    var runNumber: UInt64 { get set }
    /// Bytes of the largest text and binary message that are read.
    var textBytes: Int { get }
    var binaryBytes: Int { get }

    /// How long nothing has come from the peer.
    func silence(now: ContinuousClock.Instant) -> Duration
    /// The peer has said who it is: from here on it may cost what a user may.
    func authenticated()
    /// The service knows the user: what comes from here on is the session's.
    func accepted(_ session: String)
    /// Handles no more messages until ``resume()``.
    func pause()
    func resume()
    /// Hands over a frame in this transport's form; it leaves at the end of this turn of the loop.
    func enqueue(_ frame: EncodedFrame)
    /// Acknowledges a Socket.IO packet.
    func acknowledge(_ packet: UInt64, _ acknowledgement: Acknowledgement)
    /// Tells a client that the service does not take it, in the transport's own way if it has one (R13).
    func refuse(_ error: SpecError, _ reason: CloseReason) -> ConnectRefusal
    /// Ends the connection; what was enqueued before still leaves.
    func close(_ reason: CloseReason)
    /// Does not wait for the peer's part of the end: for those who are many.
    func cutSoon()
}

/// What became of a refused attempt to connect.
enum ConnectRefusal {
    /// The transport has no word for it.
    case unknown
    /// The client knows, and may try again on the same connection.
    case told
    /// The connection ends without a word, so that the client comes back by itself.
    case closed
}
