/// Why a frame was refused, whom to answer, and whether it counts against the connection (R6).
public struct FrameRefusal: Error, Sendable, Hashable {
    /// What to answer.
    public var error: SpecError
    /// The frame's id, where it could be read.
    public var replyTo: FrameID?
    /// Whether the frame asked for an acknowledgement.
    public var wantsAck: Bool
    /// Whether the 5th of this kind in 60 s closes the connection: only what is no JSON object, and `binary_header`.
    public var isProtocolError: Bool

    /// Makes a refusal.
    public init(error: SpecError, replyTo: FrameID? = nil, wantsAck: Bool = false, isProtocolError: Bool = false) {
        self.error = error
        self.replyTo = replyTo
        self.wantsAck = wantsAck
        self.isProtocolError = isProtocolError
    }
}
