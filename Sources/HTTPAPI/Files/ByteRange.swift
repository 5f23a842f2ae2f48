import NIOHTTP1

/// What a `Range` field asks for (RFC 9110 §14.2).
enum ByteRange: Hashable {
    case all
    case part(Range<Int64>)
    /// Nothing of it is there: 416.
    case none

    /// One range in bytes is answered; several ones, other units and what cannot be read are passed over, as the RFC has it.
    ///
    /// - Parameters:
    ///   - size: Bytes of the whole.
    ///   - tag: What `If-Range` must name for a part to be of any use.
    static func asked(by head: HTTPRequestHead, of size: Int64, tag: String) -> ByteRange {
        let fields = head.headers["Range"]
        guard head.method == .GET, fields.count == 1, let field = fields.first, field.hasPrefix("bytes=") else {
            return .all
        }
        if let condition = head.headers.first(name: "If-Range"), condition != tag { return .all }
        let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return .all
        }
        // What does not fit into 63 bits lies beyond every file.
        let first = ends[0].isEmpty ? nil : Int64(ends[0]) ?? .max
        let last = ends[1].isEmpty ? nil : Int64(ends[1]) ?? .max
        switch (first, last) {
        case (nil, nil): return .all
        case (nil, let count?): return count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .none
        case (let first?, let last):
            if let last, last < first { return .all }
            guard first < size else { return .none }
            return .part(first..<min(size - 1, last ?? size - 1) + 1)
        }
    }
}
