import CZlib
import NIOCore

/// zlib's half that deflates, with one size of window, for one message at a time.
///
/// A quarter of a megabyte with the largest window.
final class DeflateStream {
    /// What every flush ends with and no message carries (RFC 7692 §7.2.1).
    private static let tailBytes = 4

    // zlib knows a stream by its address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil where zlib has no memory, or knows no such window.
    ///
    /// - Parameters:
    ///   - windowBits: 9…15; zlib has no window of 2⁸.
    ///   - level: 1…9.
    init?(windowBits: Int, level: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = CInt(MemoryLayout<z_stream>.size)
        let bits = -CInt(truncatingIfNeeded: windowBits)
        let level = CInt(truncatingIfNeeded: level)
        guard deflateInit2_(stream, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Nil where the message does not get smaller.
    func deflate(_ message: UnsafeRawBufferPointer) -> ByteBuffer? {
        deflateReset(stream)
        var deflated = ByteBuffer()
        var isWhole = false
        // zlib takes a pointer to what it only reads as one to what may change.
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: message.baseAddress)?.assumingMemoryBound(
            to: UInt8.self
        )
        stream.pointee.avail_in = UInt32(clamping: message.count)
        // With no more room than the message itself takes, what does not get smaller is not finished.
        deflated.writeWithUnsafeMutableBytes(minimumWritableBytes: message.count + Self.tailBytes) { output in
            let room = min(output.count, message.count + Self.tailBytes)
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: room)
            isWhole = CZlib.deflate(stream, Z_SYNC_FLUSH) == Z_OK && stream.pointee.avail_out > 0
            return room - Int(clamping: stream.pointee.avail_out)
        }
        guard isWhole, deflated.readableBytes > Self.tailBytes else { return nil }
        return deflated.getSlice(at: deflated.readerIndex, length: deflated.readableBytes - Self.tailBytes)
    }
}
