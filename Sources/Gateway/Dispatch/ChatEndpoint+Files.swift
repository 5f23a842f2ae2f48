import CAASProtocol
import Chat
import NIOCore

/// Chunks of files that were begun (R53); a packet that names no such file is relayed like any other.
extension ChatEndpoint {
    /// The chunk that a packet is, if the service has made the id of its file.
    func chunk(of packet: MediaPacket) -> FileChunk? {
        guard packet.kind == .fileChunk, let file = packet.fileID.flatMap({ FileID($0) }), file.isOfService else {
            return nil
        }
        return FileChunk(
            file: file,
            conversation: packet.conversationID,
            index: packet.sequence,
            total: packet.totalChunks,
            mimeType: packet.mimeType,
            bytes: packet.payload
        )
    }

    /// Hands a chunk to the service, and reads no more while the connection is ahead of its rate (R61).
    ///
    /// A refused chunk would be followed by all those under way behind it; who is read more slowly loses nothing.
    func receive(_ chunk: FileChunk, id: FrameID?, _ frame: FrameReference, _ session: Session) {
        submit(.fileChunk(chunk), id ?? .random(), frame, session)
        guard service.settings.countsRates else { return }
        if let wait = media.rates.borrowForFile(chunk.bytes.count, now: .now) { holdReading(for: wait) }
    }
}
