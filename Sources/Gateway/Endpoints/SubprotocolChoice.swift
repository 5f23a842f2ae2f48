import NIOHTTP1

/// What the subprotocols that a client offers mean (R55).
struct SubprotocolChoice: Hashable {
    /// The service's own subprotocol.
    static let name = "caas.v1"

    /// What the answer names; nil names none.
    let selected: String?
    /// The token of a `bearer.…` beside it.
    let token: String?

    /// Nil where a token stands without `caas.v1`: a browser would fail, since nothing could be selected.
    init?(_ offered: [String]) {
        let isOurs = offered.contains(Self.name)
        let bearer = offered.first { $0.hasPrefix("bearer.") }
        guard isOurs || bearer == nil else { return nil }
        selected = isOurs ? Self.name : nil
        token = bearer.map { String($0.dropFirst("bearer.".count)) }
    }
}

extension ChatHandshake {
    /// What the request of an accepted handshake says.
    convenience init(_ head: HTTPRequestHead, _ subprotocol: SubprotocolChoice, origins: OriginPolicy) {
        var token = subprotocol.token
        if token == nil, let field = head.headers.first(name: "Authorization"),
            field.prefix(7).lowercased() == "bearer "
        {
            token = String(field.dropFirst(7))
        }
        var query: [Substring: Substring] = [:]
        if let start = head.uri.firstIndex(of: "?") {
            for pair in head.uri[head.uri.index(after: start)...].split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query[parts[0]] = parts.count > 1 ? parts[1] : ""
            }
        }
        let verdict = origins.check(hosts: head.headers["Host"], origins: head.headers["Origin"])
        let origin: String? = if case .allowed(let origin) = verdict { origin } else { nil }
        self.init(token: token, options: SessionOptions(query: query), origin: origin)
    }
}
