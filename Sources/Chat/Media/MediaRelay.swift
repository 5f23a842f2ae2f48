package import CAASProtocol

/// A media packet on its way to the joined connections of a conversation: never stored, never tried again (R52).
package struct MediaRelay: Sendable, Hashable {
    package let kind: MediaPacket.Kind
    /// The packet's place in its stream; an acknowledgement names it.
    package let sequence: UInt32
    /// The packet as receivers get it, with its sender's name in the header (R51).
    package let bytes: [UInt8]

    package init(kind: MediaPacket.Kind, sequence: UInt32, bytes: [UInt8]) {
        self.kind = kind
        self.sequence = sequence
        self.bytes = bytes
    }
}

/// Who may send media where.
enum MediaRules {
    /// Members; the scope `media` was looked at before (R56).
    static func relay(_ media: MediaRelay, to id: ConversationID, _ context: DecisionContext) throws -> Decision {
        let conversation = try context.conversation(id)
        _ = try context.role(in: conversation)
        return Decision(
            answer: context.success(.relayed(sequence: media.sequence)),
            effects: try context.activation(of: conversation) + [.relay(conversation.key, media)]
        )
    }
}
