package import CAASProtocol

/// A media packet on its way to the joined connections of a conversation: never stored, never tried again (R52).
package struct MediaRelay: Sendable, Hashable {
    package let kind: MediaPacket.Kind
    /// The packet's place in its stream; an acknowledgement names it.
    package let sequence: UInt32
    /// Which of the sender's streams it belongs to (R51).
    package let streamID: String?
    /// Whether it is a picture that can be shown without the ones before it.
    package let isKey: Bool
    /// Whether its stream has had such a picture, so that one may be waited for.
    package let hasKeys: Bool
    /// The packet as receivers get it, with its sender's name in the header (R51).
    package let bytes: [UInt8]

    package init(
        kind: MediaPacket.Kind,
        sequence: UInt32,
        streamID: String? = nil,
        isKey: Bool = false,
        hasKeys: Bool = false,
        bytes: [UInt8]
    ) {
        self.kind = kind
        self.sequence = sequence
        self.streamID = streamID
        self.isKey = isKey
        self.hasKeys = hasKeys
        self.bytes = bytes
    }
}
