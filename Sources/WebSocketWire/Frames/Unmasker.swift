import NIOCore

/// Takes the mask off everything a client sends, once, as it arrives.
///
/// Runs ahead of the frame parser over each read as a whole: the bytes are changed in place before any message is cut
/// out of them, so all messages of a read can be slices of one buffer. (Changing them later would copy the buffer for
/// each message, because slices share it.) It follows lengths and judges nothing: where a header makes no sense it
/// stops for good, and the parser, which comes to the same header, ends the connection there.
struct Unmasker {
    /// Bytes still to come of the frame that was reached.
    private var payloadLeft = 0
    private var key = MaskingKey(bits: 0)
    /// Bytes at the end of the input that belong to a header which is not complete: fewer than 14.
    private var headerBytes: UInt8 = 0
    private var hasStopped = false

    /// Unmasks the payloads among the last `added` bytes of `input`.
    mutating func unmask(last added: Int, of input: inout ByteBuffer) {
        guard !hasStopped else { return }
        let start = input.readableBytes - added - Int(headerBytes)
        input.withUnsafeMutableReadableBytes { walk($0, from: start) }
    }

    private mutating func walk(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) {
        var position = start
        headerBytes = 0
        while true {
            let length = min(payloadLeft, bytes.count - position)
            if length > 0 {
                key.apply(to: UnsafeMutableRawBufferPointer(rebasing: bytes[position..<(position + length)]))
                key.advance(by: length)
                payloadLeft -= length
                position += length
            }
            guard position < bytes.count else { return }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            guard let declared = DeclaredLength(parsing: rest), rest.count >= declared.headerLength else {
                headerBytes = UInt8(truncatingIfNeeded: rest.count)
                return
            }
            guard rest[1] & 0x80 != 0, let payload = Int(exactly: declared.value) else {
                hasStopped = true
                return
            }
            let bits = rest.loadUnaligned(fromByteOffset: declared.headerLength - 4, as: UInt32.self)
            key = MaskingKey(bits: UInt32(littleEndian: bits))
            payloadLeft = payload
            position += declared.headerLength
        }
    }
}
