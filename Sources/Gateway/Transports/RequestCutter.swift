import NIOCore
import NIOHTTP1

/// Cuts what a connection sends into pieces of which none reaches beyond the end of a request.
///
/// What it takes for an end need not be one where the bytes are no valid request: the decoder refuses those.
struct RequestCutter {
    private enum Part {
        case head
        /// So many bytes of a body are left.
        case body(Int)
        /// A body that ends with an empty line; one inside it is no end, and does no harm as a cut.
        case chunks
    }

    private var part = Part.head
    /// Whether the current line has nothing in it so far.
    private var isLineEmpty = true
    /// Whether a line that is not empty is over: what is empty before the first one belongs to it.
    private var hasLine = false
    /// Bytes of the request line, as far as it has come.
    private(set) var lineBytes = 0

    /// Takes the next piece off the front; all of it where no end is found.
    mutating func cut(_ bytes: inout ByteBuffer) -> ByteBuffer {
        let count: Int
        switch part {
        case .body(let left) where left > 0:
            count = min(left, bytes.readableBytes)
            part = .body(left - count)
        case .head, .body, .chunks:
            count = countToEmptyLine(bytes.readableBytesView)
        }
        return bytes.readSlice(length: count) ?? ByteBuffer()
    }

    /// The decoder has read a head, so that what follows is its body.
    mutating func headArrived(_ head: HTTPRequestHead) {
        if head.headers.contains(name: "Transfer-Encoding") {
            part = .chunks
        } else if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > 0 {
            part = .body(length)
        }
    }

    /// The decoder has read a whole request.
    mutating func requestArrived() {
        self = RequestCutter()
    }

    /// Bytes up to the end of an empty line behind one that is not.
    private mutating func countToEmptyLine(_ bytes: ByteBufferView) -> Int {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end])
            rest = rest[rest.index(after: end)...]
            let isEmpty = isLineEmpty
            isLineEmpty = true
            if !isEmpty {
                hasLine = true
            } else if hasLine {
                hasLine = false
                return bytes.count - rest.count
            } else {
                lineBytes = 0
            }
        }
        take(rest)
        return bytes.count
    }

    private mutating func take(_ line: ByteBufferView) {
        if case .head = part, !hasLine { lineBytes += line.count }
        if isLineEmpty { isLineEmpty = line.allSatisfy { $0 == UInt8(ascii: "\r") } }
    }
}
