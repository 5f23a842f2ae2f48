import CAASProtocol
import NIOHTTP1

/// Where the body of a PUT belongs in its file (RFC 9110 §14.4, §14.5).
struct ContentRange: Hashable {
    /// The first byte; nil where only the question is how far the file has come.
    let offset: Int64?
    /// Bytes of the body, where that is said.
    let length: Int64?
    /// Bytes of the whole, where that is said.
    let size: Int64?

    /// `bytes 0-99/500`, `bytes 100-199/*`, `bytes */500`; without the field the body is the file from its beginning.
    init(_ headers: HTTPHeaders) throws(SpecError) {
        let declared = headers.first(name: "Content-Length").flatMap { Int64($0) }
        let fields = headers["Content-Range"]
        guard let field = fields.first else {
            self.init(offset: 0, length: declared, size: nil)
            return
        }
        let refusal = SpecError(.invalidPayload, field: "Content-Range", reason: "range")
        let parts = field.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard fields.count == 1, field.hasPrefix("bytes "), parts.count == 2 else { throw refusal }
        let size = Self.number(parts[1])
        guard size != nil || parts[1] == "*" else { throw refusal }
        if parts[0] == "*" {
            self.init(offset: nil, length: declared, size: size)
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last,
            size.map({ last < $0 }) ?? true, declared.map({ $0 == last - first + 1 }) ?? true
        else { throw refusal }
        self.init(offset: first, length: last - first + 1, size: size)
    }

    /// Checks that a body belongs there, in a file of `size` bytes of which `received` have come.
    func check(received: Int64, size: Int64) throws(SpecError) {
        if let claimed = self.size, claimed != size {
            throw SpecError(.invalidPayload, field: "Content-Range", reason: "range")
        }
        guard let offset else { return }
        guard offset <= received else {
            let wanted = SpecError.Detail("offset", .integer(received))
            throw SpecError(.invalidPayload, field: "Content-Range", reason: "chunk_gap", details: [wanted])
        }
        guard (length ?? 0) <= size - offset else {
            let details: [SpecError.Detail] = [
                .init("limit", .integer(size - offset)), .init("size", .integer(length ?? 0)),
            ]
            throw SpecError(.invalidPayload, reason: "too_large", details: details)
        }
    }

    private init(offset: Int64?, length: Int64?, size: Int64?) {
        self.offset = offset
        self.length = length
        self.size = size
    }

    /// At most 15 digits, with which no sum here runs over.
    private static func number(_ text: Substring) -> Int64? {
        let areDigits = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return areDigits && text.utf8.count <= 15 ? Int64(text) : nil
    }
}
