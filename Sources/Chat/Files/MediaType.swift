/// A media type as RFC 9110 §8.3.1 writes it, with what its bytes may be served as.
package struct MediaType: Sendable, Hashable {
    /// Type and subtype in lower case, without parameters.
    package let essence: String

    /// Nil where the text is none, or longer than 127 bytes.
    package init?(_ text: String) {
        guard text.utf8.count <= 127, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNameByte) }) else {
            return nil
        }
        essence = parts[0].lowercased()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$&^_.+-".utf8.contains(byte)
        }
    }

    /// Whether a browser may show it in place: pictures without scripts, sound and moving pictures.
    package var isShown: Bool {
        let isSoundOrFilm = essence.hasPrefix("audio/") || essence.hasPrefix("video/")
        return Self.pictures.contains(essence) || (isSoundOrFilm && !essence.hasSuffix("+xml"))
    }

    /// What it is served as: itself where no browser runs anything of it, else mere bytes.
    package var served: String {
        let isHarmless =
            isShown || Self.documents.contains(essence) || Self.families.contains { essence.hasPrefix($0) }
        return isHarmless && !essence.hasSuffix("+xml") ? essence : "application/octet-stream"
    }

    private static let pictures: Set<String> = [
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/heic", "image/x-icon",
    ]
    private static let documents: Set<String> = [
        "text/plain", "text/csv", "application/pdf", "application/json", "application/zip", "application/gzip",
        "application/x-tar", "application/x-7z-compressed", "application/rtf", "application/msword",
    ]
    private static let families = [
        "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
        "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-word",
    ]
}
