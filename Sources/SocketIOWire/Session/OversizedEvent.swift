package import NIOCore

/// An event that is larger than it may be: thrown away, but for what is needed to answer it.
package struct OversizedEvent: Hashable, Sendable {
    package var namespace: String
    /// Nil where it could not be read.
    package var name: EventName?
    /// Under which the client waits for one acknowledgement, if it does.
    package var id: UInt64?
    /// Bytes of the text and all attachments.
    package var size: Int
    /// How the first argument begins, at most as much as was kept of the text: not checked, and cut anywhere.
    package var opening: ByteBuffer
    /// The first attachment that is larger than it may be; nil where it is the text.
    package var attachment: Attachment?

    /// An attachment that was thrown away.
    package struct Attachment: Hashable, Sendable {
        package var size: Int
        /// Its first bytes, as many as were kept and 16 at most.
        package var opening: ByteBuffer

        package init(size: Int, opening: ByteBuffer) {
            self.size = size
            self.opening = opening
        }
    }

    package init(
        namespace: String,
        name: EventName?,
        id: UInt64?,
        size: Int,
        opening: ByteBuffer,
        attachment: Attachment? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.id = id
        self.size = size
        self.opening = opening
        self.attachment = attachment
    }
}
