/// What the opening of a frame says of its name, when the frame itself is refused unread (R6).
///
/// Only quotes, brackets and commas are followed, so that neither a fault before the id nor a cut behind it matters.
struct FrameOpening {
    /// A frame that cannot be read is named where its id ends within so many bytes (R6).
    private static let readableBytes = 4_096

    /// The first `id` of the frame itself, where it is one.
    private(set) var id: FrameID?
    /// Whether the first `ack` of the frame itself is true.
    var wantsAck: Bool { ack.has(.true) }

    private var ack = JSONToken.absent
    private var idToken = JSONToken.absent
    private var position = 0

    /// - Parameter frame: All of the frame or its first bytes.
    init(_ frame: RawSpan) {
        let bytes = frame.extracting(0..<min(frame.byteCount, Self.readableBytes))
        read(bytes)
        id = FrameID(idToken, bytes)
    }

    private mutating func read(_ bytes: RawSpan) {
        var depth = 0
        var awaitsName = false
        skipWhitespace(bytes)
        guard position < bytes.byteCount, bytes.byte(at: position) == UInt8(ascii: "{") else { return }
        while position < bytes.byteCount {
            switch bytes.byte(at: position) {
            case UInt8(ascii: "\""):
                let start = position
                guard skipString(bytes) else { return }
                if awaitsName { readMember(named: start..<position, bytes) }
                awaitsName = false
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                awaitsName = depth == 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth > 0 else { return }
            case UInt8(ascii: ","): awaitsName = depth == 1
            default: break
            }
            position += 1
        }
    }

    /// Steps behind the closing quote; false where there is none.
    private mutating func skipString(_ bytes: RawSpan) -> Bool {
        position += 1
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return true }
        }
        return false
    }

    /// Reads the value behind a name that matters; any other value is left to be stepped over.
    private mutating func readMember(named name: Range<Int>, _ bytes: RawSpan) {
        skipWhitespace(bytes)
        guard position < bytes.byteCount, bytes.byte(at: position) == UInt8(ascii: ":") else { return }
        position += 1
        skipWhitespace(bytes)
        guard let name = string(at: name.lowerBound, bytes) else { return }
        switch EnvelopeMember.named(name, bytes) {
        case .id:
            // Of two, the first one counts, as it does for a frame that is read.
            if idToken.has(.absent) { idToken = value(bytes) }
        case .ack:
            if ack.has(.absent) { ack = value(bytes) }
        default: break
        }
    }

    private func string(at start: Int, _ bytes: RawSpan) -> JSONToken? {
        var scanner = JSONScanner()
        scanner.position = start
        return try? scanner.string(bytes)
    }

    /// The value at the position, absent where it is none.
    private func value(_ bytes: RawSpan) -> JSONToken {
        var scanner = JSONScanner()
        scanner.position = position
        return (try? scanner.value(bytes)) ?? .absent
    }

    private mutating func skipWhitespace(_ bytes: RawSpan) {
        var scanner = JSONScanner()
        scanner.position = position
        scanner.skipWhitespace(bytes)
        position = scanner.position
    }
}
