import CZlib
import NIOCore

/// zlib's half that makes gzip (RFC 1952), for one body at a time.
final class GzipStream {
    /// zlib's way to ask for a window of 2^15 with gzip's header around it.
    private static let windowBits: CInt = 15 + 16

    // zlib knows a stream by its address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil where zlib has no memory.
    init?(level: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = CInt(MemoryLayout<z_stream>.size)
        let level = CInt(truncatingIfNeeded: level)
        guard
            deflateInit2_(stream, level, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Begins anew with each body.
    func compress(_ body: ByteBuffer) -> ByteBuffer? {
        deflateReset(stream)
        let bound = Int(clamping: deflateBound(stream, UInt(clamping: body.readableBytes)))
        var compressed = ByteBuffer()
        var isWhole = false
        body.withUnsafeReadableBytes { input in
            // zlib takes a pointer to what it only reads as one to what may change.
            stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
                to: UInt8.self
            )
            stream.pointee.avail_in = UInt32(clamping: input.count)
            compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
                stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(clamping: output.count)
                isWhole = deflate(stream, Z_FINISH) == Z_STREAM_END
                return output.count - Int(clamping: stream.pointee.avail_out)
            }
        }
        return isWhole ? compressed : nil
    }
}
