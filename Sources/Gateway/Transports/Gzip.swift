package import NIOCore
package import NIOHTTP1

/// Compresses whole answers of HTTP (RFC 1952), where the client takes that and it is worth it.
package enum Gzip {
    /// The response as the client takes it.
    ///
    /// - Parameter compressed: The body by the same gzipper, where it was compressed before.
    package static func encode(
        _ response: PlainResponse,
        for head: HTTPRequestHead,
        by gzipper: Gzipper,
        compressed: ByteBuffer? = nil
    ) -> PlainResponse {
        let settings = gzipper.settings
        guard settings.isEnabled, response.status == .ok, response.body.readableBytes >= settings.threshold
        else { return response }
        var response = response
        response.headers.add(name: "Vary", value: "Accept-Encoding")
        guard isAccepted(head.headers), let body = compressed ?? gzipper.compress(response.body) else {
            return response
        }
        response.headers.add(name: "Content-Encoding", value: "gzip")
        response.body = body
        return response
    }

    /// RFC 9110 §12.5.3, as far as browsers and client libraries write it.
    static func isAccepted(_ headers: HTTPHeaders) -> Bool {
        let elements = headers[canonicalForm: "Accept-Encoding"]
        // What is said of gzip itself goes before what is said of everything.
        for wanted in ["gzip", "*"] {
            let named = elements.first { element in element.split(separator: ";").first.map(trimmed) == wanted }
            if let named { return isWanted(named) }
        }
        return false
    }

    /// Whether a coding is not refused by a weight of 0.
    private static func isWanted(_ element: Substring) -> Bool {
        !element.split(separator: ";").dropFirst().map(trimmed).contains { weight in
            weight.hasPrefix("q=0") && !weight.contains { "123456789".contains($0) }
        }
    }

    private static func trimmed(_ text: Substring) -> String { text.filter { $0 != " " && $0 != "\t" }.lowercased() }
}
