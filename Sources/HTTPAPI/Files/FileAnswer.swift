import CAASProtocol
import Chat
import Gateway
import NIOCore
import NIOHTTP1

/// A file as the answer to a GET (R53, RFC 9110 §14): as what it is, and never as something that a browser runs.
enum FileAnswer {
    /// Should a browser show it all the same: nothing is loaded, nothing runs, and it has no origin.
    private static let policy =
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

    static func response(
        _ file: FileSummary,
        _ id: FileID,
        for head: HTTPRequestHead,
        from files: any FileTransfer
    ) -> PlainResponse {
        let type = MediaType(file.mimeType)
        let tag = "\"\(file.sha256.prefix(32))\""
        var headers: HTTPHeaders = [
            "ETag": tag, "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes",
            "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
            "Content-Disposition": disposition(file.name, isShown: type?.isShown ?? false),
        ]
        if EntityTag.isKnown(tag, to: head) { return PlainResponse(status: .notModified, headers: headers) }
        let range: Range<Int64>
        switch ByteRange.asked(by: head, of: file.size, tag: tag) {
        case .all: range = 0..<file.size
        case .part(let part):
            range = part
            headers.add(name: "Content-Range", value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
        case .none:
            var refusal = PlainResponse(SpecError(.invalidPayload, field: "Range", reason: "range"))
            refusal.status = .rangeNotSatisfiable
            refusal.headers.add(name: "Content-Range", value: "bytes */\(file.size)")
            return refusal
        }
        headers.add(name: "Content-Type", value: type?.served ?? "application/octet-stream")
        let isWhole = range == 0..<file.size
        var response = PlainResponse(status: isWhole ? .ok : .partialContent, headers: headers)
        if isWhole { response.headers.remove(name: "Content-Range") }
        response.source = BodySource(bytes: Int64(range.count)) { part in
            try await files.read(id, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
        }
        return response
    }

    /// RFC 6266: the name in a form that all know, and as it is.
    private static func disposition(_ name: String, isShown: Bool) -> String {
        let kind = isShown ? "inline" : "attachment"
        let plain = name.unicodeScalars.map { scalar in
            (0x20...0x7E).contains(scalar.value) && !"\"\\/%".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
        }
        let digits = Array("0123456789ABCDEF")
        let coded = name.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain || byte == 0x2E || byte == 0x2D || byte == 0x5F
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        return "\(kind); filename=\"\(String(plain))\"; filename*=UTF-8''\(coded)"
    }
}
