import NIOCore
import WebSocketWire

/// permessage-deflate: compressed messages in, texts out and back, and what is agreed upon.
///
/// An input's first two bytes are choices: how the rest is cut, what it is, and with which window and level it is deflated.
enum DeflateTarget {
    /// Small ones, so that short inputs reach them.
    private static let limits: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.textBytes = 3_000
        limits.binaryBytes = 5_000
        limits.messageBytes = 60_000
        return limits
    }()

    private static let inflater = Inflater()
    private static let deflaters = (1...9).map { Deflater(level: $0, threshold: 0) }

    static func run(_ input: [UInt8]) throws(Broken) {
        guard input.count > 2 else { return }
        let bytes = Array(input[2...])
        var choices = Choices(input.prefix(2))
        try checkInflating(bytes, &choices)
        try checkDeflating(bytes, &choices)
        try checkOffer(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: In

    /// A message with this payload is what a plain second reading of RFC 1951 says, however it is cut.
    private static func checkInflating(_ payload: [UInt8], _ choices: inout Choices) throws(Broken) {
        let kind: MessageKind = choices.below(2) == 0 ? .binary : .text
        let first: UInt8 = 0x40 | (kind == .text ? 1 : 2)
        let whole = try actions([frame(0x80 | first, payload)])
        let cut = choices.below(payload.count + 1)
        let fragments = frame(first, Array(payload[..<cut])) + frame(0x80, Array(payload[cut...]))
        let pieces = try actions(choices.pieces(of: fragments))
        try require(whole == pieces, "whole \(whole), in pieces \(pieces)")
        let limit = kind == .text ? limits.textBytes : limits.binaryBytes
        let expected: [SeenAction]
        if payload.count > limit + limit / 8 + 64 {
            let opening = InflateReference.beginning(Array(payload.prefix(4_096)), longest: 4_096).prefix(4_096)
            expected = [.discarded(kind, size: payload.count, opening: Array(opening))]
        } else {
            let (reading, isGood) = InflateReference.message(payload, longest: limits.messageBytes)
            let isText = kind == .binary || UTF8Reference.isText(reading.output)
            if reading.isTooLong {
                // Whether the text before it was one is seen by the way, or not.
                try require(whole == [.failed(1009)] || (kind == .text && whole == [.failed(1007)]), "\(whole)")
                return
            }
            let size = reading.output.count
            expected =
                if !isGood || !isText {
                    [.failed(1007)]
                } else if size > limit {
                    [.discarded(kind, size: size, opening: Array(reading.output.prefix(4_096)))]
                } else {
                    [.message(kind, reading.output)]
                }
        }
        try require(whole == expected, "\(whole), by the RFC \(expected)")
    }

    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count
        let short: UInt8 = length <= 125 ? UInt8(length) : 126
        let wide: [UInt8] = length <= 125 ? [] : [UInt8(length >> 8), UInt8(length & 0xFF)]
        return [first, 0x80 | short] + wide + [0, 0, 0, 0] + payload
    }

    private static func actions(_ pieces: [[UInt8]]) throws(Broken) -> [SeenAction] {
        let now = ContinuousClock.now
        var machine = WebSocketMachine(role: .server, limits: limits, now: now)
        machine.inflater = inflater
        var seen: [SeenAction] = []
        for piece in pieces {
            machine.receive(ByteBuffer(bytes: piece), now: now)
            while let action = machine.nextAction() { seen.append(try SeenAction(action, of: .server)) }
        }
        return seen
    }

    // MARK: Out

    /// What is deflated is smaller, reads the same by the RFC, and never reaches back beyond its window.
    private static func checkDeflating(_ text: [UInt8], _ choices: inout Choices) throws(Broken) {
        let windowBits = 9 + choices.below(7)
        let deflater = choices.one(of: deflaters)
        guard let payload = deflater.deflate(ByteBuffer(bytes: text), windowBits: windowBits) else { return }
        try require(payload.readableBytes < text.count, "\(text.count) bytes became \(payload.readableBytes)")
        let (reading, isGood) = InflateReference.message(Array(payload.readableBytesView), longest: text.count)
        try require(isGood && reading.output == text, "deflated and read again it is another text")
        try require(reading.farthest <= 1 << windowBits, "reaches back \(reading.farthest) of 2^\(windowBits)")
    }

    // MARK: Agreement

    /// An offer is taken if and only if another reading takes it, and the answer keeps to it.
    private static func checkOffer(_ offer: String) throws(Broken) {
        let agreement = DeflateAgreement(choosingFrom: [offer])
        let wanted = window(wantedBy: offer)
        try require((agreement == nil) == (wanted == nil), "\(offer): \(String(describing: agreement))")
        guard let agreement, let wanted else { return }
        try require(agreement.serverWindowBits == (wanted ?? 15), "\(offer): \(agreement)")
        let base = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        let answer = wanted.map { base + "; server_max_window_bits=\($0)" } ?? base
        try require(agreement.answer == answer, "\(offer): \(agreement.answer)")
    }

    /// The window that an offer asks of the server; the outer nil stands for one that is not taken.
    private static func window(wantedBy offer: String) -> Int?? {
        let parts = offer.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(trimmed)
        guard parts.first == "permessage-deflate" else { return nil }
        var names: Set<String> = []
        var window: Int?
        for part in parts.dropFirst() {
            let sides = part.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(sides[0])
            guard names.insert(name).inserted else { return nil }
            var value = sides.count > 1 ? trimmed(sides[1]) : nil
            if let quoted = value, quoted.utf8.count > 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") {
                value = String(quoted.dropFirst().dropLast())
            }
            let number = (8...15).first { "\($0)" == value }
            switch name {
            case "server_no_context_takeover", "client_no_context_takeover":
                guard sides.count == 1 else { return nil }
            case "server_max_window_bits":
                guard let number, number > 8 else { return nil }
                window = number
            case "client_max_window_bits":
                guard sides.count == 1 || number != nil else { return nil }
            default: return nil
            }
        }
        return .some(window)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let bytes = Array(text)
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.count
        let end = (bytes.lastIndex { !isSpace($0) } ?? -1) + 1
        return String(decoding: start < end ? bytes[start..<end] : [], as: UTF8.self)
    }
}
