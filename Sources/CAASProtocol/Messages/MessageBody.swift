/// What the author of a message says: everything that the content hash of R2 covers.
public struct MessageBody: Sendable, Hashable {
    /// text, image, file, audio, video, location, encrypted or custom:<name> (R17).
    public var type: String
    /// At most 16 KiB of UTF-8 (R9); empty only with an attachment.
    public var content: String
    /// At most 20.
    public var attachments: [Attachment]
    /// At most 50, without repeats.
    public var mentions: [UserID]
    /// A JSON object of at most 4 KiB, relayed as sent (R6).
    public var metadata: JSONFragment?
    /// The root message of the thread.
    public var threadID: MessageID?
    /// The message quoted (R8).
    public var replyTo: MessageID?

    /// Makes a body.
    public init(
        type: String = "text",
        content: String = "",
        attachments: [Attachment] = [],
        mentions: [UserID] = [],
        metadata: JSONFragment? = nil,
        threadID: MessageID? = nil,
        replyTo: MessageID? = nil
    ) {
        self.type = type
        self.content = content
        self.attachments = attachments
        self.mentions = mentions
        self.metadata = metadata
        self.threadID = threadID
        self.replyTo = replyTo
    }
}

/// A file that a message refers to (R17): by `url` or by `attachmentID`, never both.
public struct Attachment: Sendable, Hashable {
    /// http or https, at most 2,048 characters.
    public var url: String?
    /// The id of an uploaded file (R53).
    public var attachmentID: String?
    /// The file's name.
    public var name: String?
    /// The media type.
    public var mimeType: String?
    /// Bytes.
    public var size: Int64?
    /// Pixels.
    public var width: Int64?
    /// Pixels.
    public var height: Int64?
    /// Milliseconds.
    public var duration: Int64?
    /// http or https, at most 2,048 characters.
    public var thumbnailURL: String?
    /// A JSON object, relayed as sent.
    public var metadata: JSONFragment?

    /// Makes an attachment.
    public init(
        url: String? = nil,
        attachmentID: String? = nil,
        name: String? = nil,
        mimeType: String? = nil,
        size: Int64? = nil,
        width: Int64? = nil,
        height: Int64? = nil,
        duration: Int64? = nil,
        thumbnailURL: String? = nil,
        metadata: JSONFragment? = nil
    ) {
        self.url = url
        self.attachmentID = attachmentID
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.width = width
        self.height = height
        self.duration = duration
        self.thumbnailURL = thumbnailURL
        self.metadata = metadata
    }
}
