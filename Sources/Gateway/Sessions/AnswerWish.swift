import CAASProtocol

/// How the sender of a frame wants to be answered (R11).
enum AnswerWish: Hashable {
    /// By an `error` if it fails, else not at all.
    case failuresOnly
    /// By an `ack` frame.
    case frame
    /// By the acknowledgement of the Socket.IO packet that the frame came in.
    case packet(UInt64)

    init(_ frame: Bool) { self = frame ? .frame : .failuresOnly }
}

/// A frame that is to be answered.
struct FrameReference: Hashable {
    /// Nil where the frame's id could not be read, or it has none.
    let id: FrameID?
    let wish: AnswerWish
    /// The sequence of a media packet, which its errors name (R50).
    var sequence: UInt32?
}
