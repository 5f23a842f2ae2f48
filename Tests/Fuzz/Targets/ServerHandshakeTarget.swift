import Crypto
import Foundation
import NIOCore
import WebSocketWire

/// Whether a request may become a WebSocket: `METHOD MINOR` on a line, then fields, `name: value` on one each.
enum ServerHandshakeTarget {
    static func run(_ input: [UInt8]) throws(Broken) {
        let request = Self.request(input)
        let result = ServerHandshake.evaluate(request)
        try require(result == ServerHandshake.evaluate(Self.respelled(request)), "the case of names matters")
        switch result {
        case .success(let offer):
            try check(offer, of: request)
            try checkAnswer(to: offer, of: request)
        case .failure(let refusal):
            try require([400, 405, 426].contains(refusal.status), "refused with \(refusal.status)")
            try require(refusal.reason.utf8.count < 100, "a reason of \(refusal.reason.utf8.count) bytes")
            let said = [refusal.reason] + refusal.fields.flatMap { [$0.name, $0.value] }
            try require(said.allSatisfy(\.isPrintable), "an answer with control characters")
        }
    }

    private static func request(_ input: [UInt8]) -> HandshakeRequest {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let first = lines[0].split(separator: UInt8(ascii: " "), maxSplits: 1)
        let fields = lines.dropFirst().prefix(100).map { line in
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            return (
                name: String(decoding: parts[0], as: UTF8.self),
                value: String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
            )
        }
        return HandshakeRequest(
            method: String(decoding: first.first ?? [], as: UTF8.self),
            httpMinor: first.last == [UInt8(ascii: "0")] ? 0 : 1,
            fields: fields
        )
    }

    /// The same with the names of its fields in the other case, ASCII alone.
    private static func respelled(_ request: HandshakeRequest) -> HandshakeRequest {
        var request = request
        for place in request.fields.indices {
            let bytes = request.fields[place].name.utf8.map { byte in
                (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80 ? byte ^ 0x20 : byte
            }
            request.fields[place].name = String(decoding: bytes, as: UTF8.self)
        }
        return request
    }

    private static func values(_ name: String, _ request: HandshakeRequest) -> [String] {
        request.fields.filter { $0.name.lowercased() == name && $0.name.utf8.count == name.utf8.count }
            .map { $0.value.trimmingCharacters(in: CharacterSet(charactersIn: " \t")) }
    }

    /// What was accepted is a request of RFC 6455 §4.1, as another reading of the same fields says.
    private static func check(_ offer: ServerHandshake.Offer, of request: HandshakeRequest) throws(Broken) {
        try require(request.method == "GET" && request.httpMinor == 1, "accepts \(request.method)")
        let keys = values("sec-websocket-key", request)
        try require(keys.count == 1 && values("sec-websocket-version", request) == ["13"], "accepts keys \(keys)")
        try require(Data(base64Encoded: keys[0])?.count == 16, "accepts the key \(keys[0])")
        let text = keys[0] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        let hash = Data(Insecure.SHA1.hash(data: Data(text.utf8))).base64EncodedString()
        try require(offer.accept == hash, "answers \(offer.accept) to \(keys[0])")
        for (name, token) in [("upgrade", "websocket"), ("connection", "upgrade")] {
            let named = values(name, request).contains { $0.lowercased().contains(token) }
            try require(named, "accepts without \(token) in \(name)")
        }
        let offered = values("sec-websocket-protocol", request).joined(separator: ",")
        for token in offer.subprotocols {
            try require(token.isPrintable && !token.isEmpty && offered.contains(token), "offers \(token)")
        }
        try require(Set(offer.subprotocols).count == offer.subprotocols.count, "a subprotocol twice")
        try require(offer.subprotocols.count <= 32 && offer.extensions.count <= 32, "offers without end")
    }

    /// Our own client takes the answer for what it is.
    private static func checkAnswer(to offer: ServerHandshake.Offer, of request: HandshakeRequest) throws(Broken) {
        // Bits beyond the sixteen bytes are lost when a key is read, and the answer hashes the key's own spelling.
        let key = values("sec-websocket-key", request)[0]
        guard let bytes = Data(base64Encoded: key), bytes.base64EncodedString() == key else { return }
        for chosen in [nil, offer.subprotocols.last, "never offered, \r\nX: y"] {
            let fields = ServerHandshake.responseFields(accepting: offer, subprotocol: chosen)
            let isPlain = fields.allSatisfy { $0.name.isPrintable && $0.value.isPrintable }
            try require(isPlain, "control characters: \(fields)")
            var answer = "HTTP/1.1 101 Switching Protocols\r\n"
            for field in fields { answer += "\(field.name): \(field.value)\r\n" }
            let progress: ClientHandshake.Progress
            do throws(ClientHandshake.InvalidRequest) {
                var client = try ClientHandshake(
                    host: "localhost",
                    path: "/",
                    subprotocols: offer.subprotocols,
                    key: Array(bytes)
                )
                progress = client.receive(ByteBuffer(string: answer + "\r\nrest"))
            } catch {
                throw Broken("our client cannot ask the same: \(error.part)")
            }
            let selected = chosen.flatMap { offer.subprotocols.contains($0) ? $0 : nil }
            try require(
                progress == .upgraded(subprotocol: selected, leftOver: ByteBuffer(string: "rest")),
                "our client makes \(progress) of it"
            )
        }
    }
}

extension String {
    /// Whether this can stand in a head: nothing below a space, and no DEL.
    var isPrintable: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
