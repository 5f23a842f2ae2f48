import CAASProtocol
import Foundation

/// Where a service is, from a URL such as `http://127.0.0.1:8080` or `ws://chat.example/v1/socket`.
struct ServerAddress: Hashable {
    /// A name or an address, without brackets.
    var host: String
    var port: Int
    /// With the query; `/v1/socket` where the URL has none.
    var path: String

    /// What the Host field says.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    init(_ url: String) throws(CAASError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.password == nil
        else { throw Self.refused("The URL must be like http://127.0.0.1:8080.") }
        switch scheme {
        case "ws", "http": break
        case "wss", "https": throw Self.refused("This client does not speak TLS yet: use a ws:// or http:// URL.")
        default: throw Self.refused("The URL's scheme must be ws or http.")
        }
        guard let port = UInt16(exactly: parts.port ?? 80), port > 0 else {
            throw Self.refused("The URL's port must be from 1 to 65535.")
        }
        self.port = Int(port)
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let path = parts.percentEncodedPath
        self.path = path.isEmpty || path == "/" ? "/v1/socket" : path
        if let query = parts.percentEncodedQuery { self.path += "?" + query }
    }

    private static func refused(_ message: String) -> CAASError {
        CAASError(SpecError(.invalidPayload, field: "url", reason: "url", message: message))
    }
}
