import Foundation
package import Gateway
import NIOCore
import NIOHTTP1

/// The JavaScript client of Socket.IO, which old pages load from the server (wire §7).
///
/// The service has none of its own: it serves the file that it is given, read once at the start.
package struct ScriptFile: Sendable {
    /// Bytes of such a file at most: the whole client has a hundred thousand.
    package static let longest = 4 * 1024 * 1024

    private let bytes: ByteBuffer
    private let tag: String
    private let gzipper: Gzipper
    /// Compressed once for everybody.
    private let compressed: ByteBuffer?

    /// - Throws: where the file cannot be read, or is too large.
    package init(path: String, _ compression: CompressionSettings = CompressionSettings()) throws {
        gzipper = Gzipper(compression)
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard (1...Self.longest).contains(data.count) else { throw CocoaError(.fileReadTooLarge) }
        bytes = ByteBuffer(bytes: data)
        compressed = gzipper.compress(bytes)
        tag = EntityTag.of(data)
    }

    /// The file, or 304 where the browser has it as it is.
    func respond(to request: PlainRequest) -> PlainResponse {
        let headers: HTTPHeaders = [
            "ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff",
        ]
        if EntityTag.isKnown(tag, to: request.head) { return PlainResponse(status: .notModified, headers: headers) }
        var response = PlainResponse(status: .ok, headers: headers, body: bytes)
        response.headers.add(name: "Content-Type", value: "text/javascript; charset=utf-8")
        return Gzip.encode(response, for: request.head, by: gzipper, compressed: compressed)
    }

    /// What stands at the file's place where there is none.
    static let missing = PlainResponse(
        status: .notFound,
        headers: ["Content-Type": "text/plain; charset=utf-8"],
        body: ByteBuffer(
            string:
                "This service has no client of its own to give away: load Socket.IO's from its package (npm install "
                + "socket.io-client) or a CDN, or name its file by the setting socketIO.clientFile.\n"
        )
    )
}

/// Names of contents (RFC 9110 §8.8.3).
enum EntityTag {
    /// FNV-1a with 64 bits: no secret, only a name for this content.
    static func of(_ bytes: Data) -> String {
        let hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "\"\(String(hash, radix: 16))\""
    }

    /// Whether the client has that content already.
    static func isKnown(_ tag: String, to head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "If-None-Match"].contains { $0 == tag || $0 == "W/" + tag || $0 == "*" }
    }
}
