import CAASProtocol

extension MediaPacket {
    /// Any packet that is one.
    static func random(using random: inout SeededGenerator) -> MediaPacket {
        let kind = Kind.allCases.randomElement(using: &random) ?? .audio
        let total = Bool.random(using: &random) ? 0 : Int64.random(in: 1...65_536, using: &random)
        let index = Int64.random(in: 0..<(total == 0 ? 4_000_000_000 : total), using: &random)
        let sequence = kind == .fileChunk ? UInt32(index) : UInt32.random(in: 0...UInt32.max, using: &random)
        func sometimes<Value>(_ value: Value, _ random: inout SeededGenerator) -> Value? {
            Bool.random(using: &random) ? value : nil
        }
        return MediaPacket(
            kind: kind,
            sequence: sequence,
            conversationID: "conv_xyz",
            chunkIndex: index,
            totalChunks: total,
            mimeType: "a/\"b\"; é",
            streamID: sometimes("cam", &random),
            timestamp: sometimes(-5, &random),
            isKey: sometimes(Bool.random(using: &random), &random),
            fileID: sometimes("file", &random),
            id: sometimes("f", &random),
            wantsAck: Bool.random(using: &random),
            senderID: sometimes("a@b|c", &random),
            payload: (0..<Int.random(in: 0...50, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        )
    }
}
