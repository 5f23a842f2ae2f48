import NIOHTTP1

/// What is refused by a request's head alone, because a proxy before us could read it differently.
///
/// The decoder refuses what no reader could be sure of: two lengths, a length beside chunks, folded and broken lines.
enum RequestRules {
    /// Checks a head whose Host was checked, and makes its target the path.
    static func refusal(of head: inout HTTPRequestHead) -> HTTPResponseStatus? {
        // Behind a CONNECT the decoder parses nothing and keeps everything.
        if head.method == .CONNECT { return .methodNotAllowed }
        if head.uri.utf8.count > HTTPPipeline.longestTarget { return .uriTooLong }
        guard let path = path(of: head) else { return .badRequest }
        head.uri = path
        return codingRefusal(head)
    }

    /// Whether a body follows, or may.
    static func hasBody(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "Transfer-Encoding") || head.headers["Content-Length"].contains { $0 != "0" }
    }

    /// Chunks are the one coding that we undo (RFC 9112 §6.1).
    private static func codingRefusal(_ head: HTTPRequestHead) -> HTTPResponseStatus? {
        let codings = head.headers["Transfer-Encoding"]
        if codings.isEmpty { return nil }
        guard head.version == .http1_1 else { return .badRequest }
        return codings.count == 1 && codings[0].lowercased() == "chunked" ? nil : .notImplemented
    }

    /// The target without a scheme and a host, which must be the Host field's (RFC 9112 §3.2.2); nil for what is none.
    private static func path(of head: HTTPRequestHead) -> String? {
        let target = head.uri
        if target.utf8.first == UInt8(ascii: "/") { return target }
        if target == "*" { return head.method == .OPTIONS ? target : nil }
        guard let host = head.headers.first(name: "Host")?.lowercased() else { return nil }
        for scheme in ["http://", "https://"] where target.prefix(scheme.count).lowercased() == scheme {
            let rest = target.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard authority.lowercased() == host else { return nil }
            let path = rest[authority.endIndex...]
            return path.utf8.first == UInt8(ascii: "/") ? String(path) : "/" + path
        }
        return nil
    }
}
