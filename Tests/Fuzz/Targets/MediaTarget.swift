import CAASProtocol

/// One binary packet, as a client sends it and as the service relays it.
enum MediaTarget {
    private static let sender = UserID("somebody@example")

    static func run(_ input: [UInt8]) throws(Broken) {
        for isRelayed in [false, true] {
            switch parse(input, isRelayed: isRelayed) {
            case .failure(let refusal):
                try EnvelopeTarget.check(refusal.error, replyTo: refusal.replyTo)
                let isShort = input.count < MediaPacket.prefixBytes
                let hasSequence = refusal.error.details.contains { $0.name == "sequence" }
                try require(hasSequence != isShort, "refused without its sequence: \(refusal)")
            case .success(let packet):
                try check(packet, input, isRelayed: isRelayed)
                if !isRelayed { try checkRelay(of: packet, input) }
            }
        }
        let sequence = MediaPacket.sequence(opening: input.span.bytes)
        try require((sequence == nil) == (input.count < MediaPacket.prefixBytes), "sequence \(sequence as Any)")
    }

    private static func parse(_ bytes: [UInt8], isRelayed: Bool) -> Result<MediaPacket, FrameRefusal> {
        Result { () throws(FrameRefusal) in try MediaPacket(parsing: bytes.span.bytes, isRelayed: isRelayed) }
    }

    /// What was read fits its bytes, and reads the same when it is written anew.
    private static func check(_ packet: MediaPacket, _ input: [UInt8], isRelayed: Bool) throws(Broken) {
        try require(packet.payload == input.suffix(packet.payload.count), "the payload is no end of the packet")
        try require(packet.totalChunks == 0 || packet.chunkIndex < packet.totalChunks, "chunk \(packet.chunkIndex)")
        try require(packet.totalChunks <= MediaPacket.chunks && packet.chunkIndex >= 0, "chunks \(packet.totalChunks)")
        try require(isRelayed || packet.senderID == nil, "believes a client who it is")
        var written: [UInt8] = []
        packet.encode(into: &written)
        let again = parse(written, isRelayed: isRelayed)
        // Numbers may be longer when they are written plainly: only then may a header have become too long.
        let isTooLong = written.count - packet.payload.count - MediaPacket.prefixBytes > MediaPacket.headerBytes
        guard !isTooLong, written.count <= MediaPacket.packetBytes else { return }
        try require(again == .success(packet), "written and read again: \(again)")
    }

    /// Receivers get the same with the sender's name in it.
    private static func checkRelay(of packet: MediaPacket, _ input: [UInt8]) throws(Broken) {
        guard let sender else { throw Broken("the sender has no name") }
        var relayed: [UInt8] = []
        do throws(FrameRefusal) {
            try MediaPacket.relay(input.span.bytes, from: sender, into: &relayed)
        } catch {
            throw Broken("what was read is not relayed: \(error)")
        }
        try require(relayed.count <= input.count + 144, "\(relayed.count) bytes come of \(input.count)")
        var expected = packet
        expected.senderID = sender
        let read = parse(relayed, isRelayed: true)
        try require(read == .success(expected), "relayed it reads \(read)")
    }
}
