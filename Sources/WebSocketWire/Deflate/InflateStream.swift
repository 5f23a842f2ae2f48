import CZlib
import NIOCore

/// zlib's half that inflates, for one message at a time.
///
/// It reads with the largest window, so it reads what any smaller one has written. `@unchecked Sendable` because whoever uses
/// one has taken it out of ``Inflater``'s list, under its lock, and is the only one who has it until it is put back.
final class InflateStream: @unchecked Sendable {
    /// Bytes that are handed out at a time.
    private static let pieceBytes = 16 * 1024
    /// What a sender leaves out of every message's end (RFC 7692 §7.2.1).
    private static let tail = ByteBuffer(bytes: [0x00, 0x00, 0xFF, 0xFF])

    // zlib knows a stream by its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    /// Whether a block said that it is the last one: what follows begins anew (RFC 7692 §7.2.3.4).
    private var hasEnded = false

    /// Nil where zlib has no memory.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.pieceBytes, alignment: 16)
        guard inflateInit2_(stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        output.deallocate()
    }

    /// Hands out what a message's payload inflates to, piece by piece; whoever takes them ends it by throwing.
    ///
    /// A payload of no bytes, which no deflater writes, is an empty message.
    ///
    /// - Parameter isCut: Whether the payload's end is missing: then it may stop anywhere.
    func inflate(
        _ payload: UnsafeRawBufferPointer,
        isCut: Bool,
        _ take: (UnsafeRawBufferPointer) throws(Violation) -> Void
    ) throws(Violation) {
        guard payload.count > 0 else { return }
        inflateReset(stream)
        hasEnded = false
        try feed(payload, take)
        guard !hasEnded, !isCut else { return }
        try Self.tail.withUnsafeReadableBytes { tail throws(Violation) in try feed(tail, take) }
        // Between two blocks (128), with no bit (7) left over: else something is missing.
        guard !hasEnded, stream.pointee.data_type & 0x87 == 0x80 else { throw .badDeflate }
    }

    private func feed(
        _ input: UnsafeRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) throws(Violation) -> Void
    ) throws(Violation) {
        // zlib takes a pointer to what it only reads as one to what may change.
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
            to: UInt8.self
        )
        stream.pointee.avail_in = UInt32(clamping: input.count)
        repeat {
            if hasEnded {
                inflateReset(stream)
                hasEnded = false
            }
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: output.count)
            let result = CZlib.inflate(stream, Z_SYNC_FLUSH)
            let produced = output.count - Int(clamping: stream.pointee.avail_out)
            if produced > 0 { try take(UnsafeRawBufferPointer(rebasing: output.prefix(produced))) }
            switch result {
            case Z_OK: break
            case Z_STREAM_END: hasEnded = true
            // There was nothing more to say.
            case Z_BUF_ERROR: return
            default: throw .badDeflate
            }
        } while stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !hasEnded)
    }
}
