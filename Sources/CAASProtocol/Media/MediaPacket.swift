/// One binary packet (design §5, R50, R51): sixteen bytes of numbers, a JSON header, and the media itself.
public struct MediaPacket: Sendable, Hashable {
    /// What the payload is: the number on the wire and the header's `type`.
    public enum Kind: UInt32, Sendable, Hashable, CaseIterable {
        /// A piece of sound.
        case audio = 1
        /// A piece of moving pictures.
        case video = 2
        /// A piece of a file.
        case fileChunk = 3

        /// The name in the JSON header.
        public var name: String {
            switch self {
            case .audio: "audio"
            case .video: "video"
            case .fileChunk: "file_chunk"
            }
        }
    }

    /// The bytes before the JSON header.
    public static let prefixBytes = 16
    /// The most bytes of the JSON header (R50).
    public static let headerBytes = 4_096
    /// The most bytes of a packet (R9).
    public static let packetBytes = 262_144
    /// The most chunks of a file (R51).
    public static let chunks: Int64 = 65_536

    /// Audio, video or a piece of a file.
    public var kind: Kind
    /// The place in the stream, wrapping at 2^32; for files the chunk's index.
    public var sequence: UInt32
    /// Where to.
    public var conversationID: ConversationID
    /// Which chunk this is, from 0.
    public var chunkIndex: Int64
    /// How many there are; 0 for a live stream.
    public var totalChunks: Int64
    /// The media type.
    public var mimeType: String
    /// Which of a sender's streams.
    public var streamID: String?
    /// The sender's clock of the stream; milliseconds.
    public var timestamp: Int64?
    /// Whether a video frame can be shown without the ones before it.
    public var isKey: Bool?
    /// The file that the chunk belongs to (R53).
    public var fileID: String?
    /// The client's name for the packet (R1).
    public var id: FrameID?
    /// Whether an acknowledgement is asked for (R11).
    public var wantsAck: Bool
    /// Who sent it: written by the service, never believed from a client.
    public var senderID: UserID?
    /// The media.
    public var payload: [UInt8]

    /// Makes a packet.
    public init(
        kind: Kind,
        sequence: UInt32,
        conversationID: ConversationID,
        chunkIndex: Int64,
        totalChunks: Int64,
        mimeType: String,
        streamID: String? = nil,
        timestamp: Int64? = nil,
        isKey: Bool? = nil,
        fileID: String? = nil,
        id: FrameID? = nil,
        wantsAck: Bool = false,
        senderID: UserID? = nil,
        payload: [UInt8]
    ) {
        self.kind = kind
        self.sequence = sequence
        self.conversationID = conversationID
        self.chunkIndex = chunkIndex
        self.totalChunks = totalChunks
        self.mimeType = mimeType
        self.streamID = streamID
        self.timestamp = timestamp
        self.isKey = isKey
        self.fileID = fileID
        self.id = id
        self.wantsAck = wantsAck
        self.senderID = senderID
        self.payload = payload
    }
}
