package import NIOCore

/// A client's opening handshake: the request to send, and the answer as its bytes come.
///
/// RFC 6455 §4.1.
package struct ClientHandshake: Sendable {
    /// Bytes an answer's head may have, those of interim answers before it included.
    static let responseBytes = 16 * 1024

    /// What would make the request mean something else than asked for: a field that could begin another.
    package struct InvalidRequest: Error, Hashable, Sendable {
        /// The part that cannot be sent, never its value.
        package var part: String
    }

    /// What the bytes so far amount to.
    package enum Progress: Hashable, Sendable {
        case needMore
        /// The connection is a WebSocket; `leftOver` are the first bytes for its machine.
        case upgraded(subprotocol: String?, leftOver: ByteBuffer)
        /// It is none. The status is the answer's, 101 for one that breaks the RFC, 0 for what is no HTTP/1.1.
        case refused(status: Int, reason: String)
    }

    /// The request's bytes.
    package let request: ByteBuffer
    /// What was agreed upon about compression; nil where it was not offered or not taken.
    package private(set) var deflate: DeflateAgreement?
    private let offersDeflate: Bool
    private let accept: String
    private let subprotocols: [String]
    private var response = ByteBuffer()
    /// Bytes of the response in which the end of the head was searched for already.
    private var searched = 0
    /// Bytes of interim answers, which are passed over.
    private var skipped = 0
    private var outcome: Progress?

    /// Makes the request.
    ///
    /// `host` is the Host field, with port unless it is the default; `path` includes the query. `key` is 16
    /// bytes, random unless a test wants to know them.
    package init(
        host: String,
        path: String,
        fields: [(name: String, value: String)] = [],
        subprotocols: [String] = [],
        offersDeflate: Bool = false,
        key: [UInt8]? = nil
    ) throws(InvalidRequest) {
        guard !host.isEmpty, HTTPSyntax.isVisible(host) else { throw InvalidRequest(part: "host") }
        guard path.utf8.first == UInt8(ascii: "/"), HTTPSyntax.isVisible(path) else {
            throw InvalidRequest(part: "path")
        }
        let key = key ?? HandshakeKey.random()
        guard key.count == HandshakeKey.byteCount else { throw InvalidRequest(part: "key") }
        guard subprotocols.allSatisfy({ HTTPSyntax.isToken($0) }) else { throw InvalidRequest(part: "subprotocols") }
        let encodedKey = Base64.encode(key)
        var lines = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        lines += "Sec-WebSocket-Key: \(encodedKey)\r\nSec-WebSocket-Version: 13\r\n"
        if !subprotocols.isEmpty {
            lines += "Sec-WebSocket-Protocol: \(subprotocols.joined(separator: ", "))\r\n"
        }
        if offersDeflate { lines += "Sec-WebSocket-Extensions: \(DeflateAgreement.offer)\r\n" }
        for field in fields {
            guard HTTPSyntax.isToken(field.name), HTTPSyntax.isFieldValue(field.value) else {
                throw InvalidRequest(part: "fields")
            }
            lines += "\(field.name): \(field.value)\r\n"
        }
        request = ByteBuffer(string: lines + "\r\n")
        accept = HandshakeKey.accept(encodedKey)
        self.subprotocols = subprotocols
        self.offersDeflate = offersDeflate
    }

    /// Takes the next bytes of the answer.
    ///
    /// Once it is upgraded or refused, the same is returned again and the bytes are dropped.
    package mutating func receive(_ bytes: ByteBuffer) -> Progress {
        if let outcome { return outcome }
        response.writeImmutableBuffer(bytes)
        let progress = advance()
        if progress != .needMore {
            outcome = progress
            response = ByteBuffer()
        }
        return progress
    }

    private mutating func advance() -> Progress {
        while let length = headLength() {
            skipped += length
            searched = 0
            guard skipped <= Self.responseBytes, let bytes = response.readSlice(length: length) else {
                return Self.tooLong
            }
            guard let head = ResponseHead(parsing: bytes) else {
                return .refused(status: 0, reason: "the answer is no HTTP/1.1")
            }
            // An interim answer (RFC 9110 §15.2) comes before the one that counts.
            if head.status == 101 || head.status >= 200 { return judge(head) }
        }
        return skipped + response.readableBytes > Self.responseBytes ? Self.tooLong : .needMore
    }

    private static let tooLong = Progress.refused(status: 0, reason: "the answer's head is too long")

    /// Bytes up to and with the empty line that ends a head; looks at each byte once.
    private mutating func headLength() -> Int? {
        let end = response.withUnsafeReadableBytes { bytes -> Int? in
            var index = searched
            while index + 4 <= bytes.count {
                if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D, bytes[index + 3] == 0x0A {
                    return index + 4
                }
                index += 1
            }
            return nil
        }
        searched = max(0, response.readableBytes - 3)
        return end
    }

    private mutating func judge(_ head: ResponseHead) -> Progress {
        guard head.status == 101 else { return .refused(status: head.status, reason: head.reason) }
        let fields = head.fields
        let chosen = fields.values(of: "Sec-WebSocket-Protocol")
        let extensions = fields.listElements(of: "Sec-WebSocket-Extensions")
        let agreement = extensions.count == 1 && offersDeflate ? DeflateAgreement(answer: extensions[0]) : nil
        let fault: String? =
            if !fields.list("Upgrade", contains: "websocket") {
                "Upgrade does not name websocket"
            } else if !fields.list("Connection", contains: "upgrade") {
                "Connection does not name upgrade"
            } else if fields.values(of: "Sec-WebSocket-Accept") != [accept[...]] {
                "Sec-WebSocket-Accept does not answer the key"
            } else if !extensions.isEmpty, agreement == nil {
                "an extension nobody offered"
            } else if chosen.count > 1 || !chosen.allSatisfy({ subprotocols.contains(String($0)) }) {
                "a subprotocol nobody offered"
            } else {
                nil
            }
        if let fault { return .refused(status: 101, reason: fault) }
        deflate = agreement
        return .upgraded(subprotocol: chosen.first.map(String.init), leftOver: response)
    }
}
