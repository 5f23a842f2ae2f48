import CZlib
import NIOCore
package import NIOHTTP1

/// Compresses whole answers of HTTP (RFC 1952), where the client takes that and it is worth it.
package enum Gzip {
    /// zlib's way to ask for a window of 2^15 with gzip's header around it.
    private static let windowBits: CInt = 15 + 16

    /// The response as the client takes it.
    package static func encode(
        _ response: PlainResponse,
        for head: HTTPRequestHead,
        _ settings: CompressionSettings
    ) -> PlainResponse {
        guard settings.isEnabled, response.status == .ok, response.body.readableBytes >= settings.threshold
        else { return response }
        var response = response
        response.headers.add(name: "Vary", value: "Accept-Encoding")
        guard isAccepted(head.headers), let body = compress(response.body, level: settings.level) else {
            return response
        }
        response.headers.add(name: "Content-Encoding", value: "gzip")
        response.body = body
        return response
    }

    /// RFC 9110 §12.5.3, as far as browsers and client libraries write it.
    static func isAccepted(_ headers: HTTPHeaders) -> Bool {
        let elements = headers[canonicalForm: "Accept-Encoding"]
        // What is said of gzip itself goes before what is said of everything.
        for wanted in ["gzip", "*"] {
            let named = elements.first { element in element.split(separator: ";").first.map(trimmed) == wanted }
            if let named { return isWanted(named) }
        }
        return false
    }

    /// Whether a coding is not refused by a weight of 0.
    private static func isWanted(_ element: Substring) -> Bool {
        !element.split(separator: ";").dropFirst().map(trimmed).contains { weight in
            weight.hasPrefix("q=0") && !weight.contains { "123456789".contains($0) }
        }
    }

    private static func trimmed(_ text: Substring) -> String { text.filter { $0 != " " && $0 != "\t" }.lowercased() }

    /// Nil where zlib has no memory.
    static func compress(_ body: ByteBuffer, level: Int) -> ByteBuffer? {
        // zlib knows a stream by its address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer {
            deflateEnd(stream)
            stream.deinitialize(count: 1)
            stream.deallocate()
        }
        let size = CInt(MemoryLayout<z_stream>.size)
        let level = CInt(truncatingIfNeeded: level)
        guard
            deflateInit2_(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
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
