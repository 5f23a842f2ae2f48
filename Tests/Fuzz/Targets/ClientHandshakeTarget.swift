import NIOCore
import WebSocketWire

/// What a client makes of an answer: the first byte says how the rest is cut.
enum ClientHandshakeTarget {
    /// Bytes of all heads that may come.
    private static let longestHead = 16 * 1024
    /// The key of RFC 6455 §1.3, "the sample nonce", answered by s3pPLMBiTxaQ9kYGzzhZRbK+xOo=.
    private static let key = Array("the sample nonce".utf8)
    private static let subprotocols = ["caas.v1", "other"]

    static func run(_ input: [UInt8]) throws(Broken) {
        guard let first = input.first else { return }
        let answer = Array(input.dropFirst())
        var choices = Choices([first])
        let whole = try outcome(of: [answer])
        try check(whole, answer)
        for pieces in [choices.pieces(of: answer), choices.pieces(of: answer)] {
            let cut = try outcome(of: pieces)
            try require(cut == whole, "in \(pieces.count) pieces \(cut), at once \(whole)")
        }
    }

    /// How it ends, with all bytes behind the head as left over, however many came with it.
    private static func outcome(of pieces: [[UInt8]]) throws(Broken) -> ClientHandshake.Progress {
        var client: ClientHandshake
        do throws(ClientHandshake.InvalidRequest) {
            client = try ClientHandshake(host: "localhost", path: "/", subprotocols: subprotocols, key: key)
        } catch {
            throw Broken("the request cannot be made: \(error.part)")
        }
        var progress = ClientHandshake.Progress.needMore
        for (place, piece) in pieces.enumerated() {
            progress = client.receive(ByteBuffer(bytes: piece))
            guard progress != .needMore else { continue }
            let again = client.receive(ByteBuffer(string: "more"))
            try require(again == progress, "says \(again) after \(progress)")
            if case .upgraded(let subprotocol, var leftOver) = progress {
                leftOver.writeBytes(pieces[(place + 1)...].joined())
                progress = .upgraded(subprotocol: subprotocol, leftOver: leftOver)
            }
            break
        }
        return progress
    }

    private static func check(_ progress: ClientHandshake.Progress, _ answer: [UInt8]) throws(Broken) {
        switch progress {
        case .needMore:
            try require(answer.count <= longestHead, "\(answer.count) bytes and no end")
        case .refused(let status, let reason):
            try require(status == 0 || status == 101 || (200...999).contains(status), "status \(status)")
            try require(reason.isPrintable || reason.contains("\t"), "a reason with control characters")
        case .upgraded(let subprotocol, let leftOver):
            try require(subprotocol.map(subprotocols.contains) ?? true, "a subprotocol nobody offered")
            let head = answer.dropLast(leftOver.readableBytes)
            try require(leftOver.readableBytesView.elementsEqual(answer.suffix(leftOver.readableBytes)), "lost bytes")
            try require(head.suffix(4) == [0x0D, 0x0A, 0x0D, 0x0A] && head.count <= longestHead, "no head")
            let text = String(decoding: head, as: UTF8.self)
            try require(text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "upgraded without the answer to the key")
            try require(text.contains("HTTP/1.1 101"), "upgraded without 101")
        }
    }
}
