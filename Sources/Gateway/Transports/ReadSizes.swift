import NIOCore

/// With how many bytes of room a connection is read: as many as come, in buffers that live as long as what was read is used.
///
/// NIO keeps the first buffer of a channel for as long as that is open, which for an idle connection is most of what it takes. So
/// the first one is small, and of the others none is kept: NIO reuses one only if it is told that the next has the same size. With
/// more than one read in a turn of the loop (`maxMessagesPerRead`) it would keep as many.
struct ReadSizes: RecvByteBufferAllocator {
    private static let first = 16
    private static let smallest = 1_024

    private let largest: Int32
    private var size: Int32
    /// The last read needed no more than half of the room.
    private var wasSmall = false

    /// - Parameters:
    ///   - largest: Bytes; a power of two, and no less than 1 KiB.
    ///   - isNew: Whether the channel has read nothing yet.
    init(largest: Int32, isNew: Bool) {
        self.largest = largest
        size = Int32(isNew ? Self.first : Self.smallest)
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: Int(size)) }

    mutating func record(actualReadBytes: Int) -> Bool {
        let isSmall = actualReadBytes <= size / 2
        if size == Self.first {
            size = Int32(Self.smallest)
        } else if actualReadBytes >= size {
            size = min(size * 2, largest)
        } else if isSmall, wasSmall {
            size = max(size / 2, Int32(Self.smallest))
        }
        wasSmall = isSmall && !wasSmall
        return true
    }
}
