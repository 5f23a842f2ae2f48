/// What one client may cost.
///
/// Sizes are R9's. Counts bound what a peer can hold without sending anything useful.
package struct SocketIOLimits: Sendable, Hashable {
    /// Bytes of one packet's text; a larger event is thrown away and reported, the connection lives.
    package var textBytes = 64 * 1024
    /// Bytes of one attachment; a larger one is treated like a larger text.
    package var binaryBytes = 256 * 1024
    /// Bytes of one packet with all its attachments; above it the connection ends.
    package var packetBytes = 1024 * 1024
    /// Attachments of one packet; above it the connection ends (CVE-2026-33151).
    package var attachments = 10
    /// Arguments of one event or acknowledgement, the name apart; above it the connection ends.
    package var arguments = 1_000
    /// Namespaces that one connection is in, or asks to be in; above it the connection ends.
    package var namespaces = 8
    /// Bytes of a namespace's name; above it the connection ends.
    package var namespaceBytes = 256
    /// Longest time that a connection is in no namespace.
    package var connectTimeout: Duration = .seconds(10)
    /// Longest wait from a packet's text to the last of its attachments.
    package var packetDuration: Duration = .seconds(60)

    package init() {}
}
