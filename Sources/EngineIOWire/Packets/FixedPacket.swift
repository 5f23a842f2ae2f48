import NIOCore

/// Packets that are always the same.
enum FixedPacket {
    static let close = ByteBuffer(string: "1")
    static let ping = ByteBuffer(string: "2")
    static let upgrade = ByteBuffer(string: "5")
    static let noop = ByteBuffer(string: "6")
    /// What a client begins an upgrade with, and its answer.
    static let probe = ByteBuffer(string: "2probe")
    static let probeAnswer = ByteBuffer(string: "3probe")
}
