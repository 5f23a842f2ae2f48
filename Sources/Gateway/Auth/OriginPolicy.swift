package import CAASProtocol

/// Which hosts requests may name and which origins browsers may come from (R55), checked before any route.
package struct OriginPolicy: Sendable {
    /// What the check of one request says.
    package enum Verdict: Hashable, Sendable {
        /// Allowed; `origin` is set where the tenant has the last word.
        case allowed(origin: String?)
        /// 400: no Host, or more than one.
        case badRequest
        /// 421: a name that is not ours (DNS rebinding).
        case misdirected
        /// 403.
        case forbidden
    }

    private let isDevelopment: Bool
    private let allowsAnyHost: Bool
    private let publicHosts: Set<String>
    private let allowed: [TenantID: Set<String>]

    package init(settings: GatewaySettings, tenants: [TenantSettings]) {
        isDevelopment = settings.environment == .development
        allowsAnyHost = isDevelopment ? settings.allowsRemoteDevelopment : settings.publicHosts.isEmpty
        publicHosts = Set(settings.publicHosts.map { $0.lowercased() })
        allowed = Dictionary(tenants.map { ($0.id, Set($0.allowedOrigins.map(Self.normalized))) }) { first, _ in first }
    }

    /// What is for this machine alone: no tenant's pages, and no name but loopback ones.
    static let loopback = OriginPolicy(settings: GatewaySettings(), tenants: [])

    /// Checks the Host and Origin fields of a request.
    package func check(hosts: [String], origins: [String]) -> Verdict {
        guard hosts.count == 1, origins.count <= 1, let host = hosts.first?.lowercased(), !host.isEmpty else {
            return .badRequest
        }
        let name = Self.name(ofHost: host)
        guard
            allowsAnyHost
                || (isDevelopment ? Self.isLoopback(name) : publicHosts.contains(name) || publicHosts.contains(host))
        else { return .misdirected }
        guard let origin = origins.first.map(Self.normalized) else { return .allowed(origin: nil) }
        // The server's own page; a proxy may end TLS, so either scheme is its own.
        if origin == Self.normalized("http://" + host) || origin == Self.normalized("https://" + host) {
            return .allowed(origin: nil)
        }
        if isDevelopment, origin.hasPrefix("http://") || origin.hasPrefix("https://"),
            let scheme = origin.firstRange(of: "://"),
            Self.isLoopback(Self.name(ofHost: String(origin[scheme.upperBound...])))
        {
            return .allowed(origin: nil)
        }
        return allowed.values.contains { $0.contains(origin) } ? .allowed(origin: origin) : .forbidden
    }

    /// Whether a tenant allows the origin that ``check(hosts:origins:)`` left to it.
    package func allows(_ origin: String?, tenant: TenantID) -> Bool {
        guard let origin else { return true }
        return allowed[tenant]?.contains(origin) ?? false
    }

    // MARK: Names

    /// Scheme and host in lower case, without the scheme's default port and a final slash.
    static func normalized(_ origin: String) -> String {
        var text = origin.lowercased()
        if text.hasSuffix("/") { text.removeLast() }
        if text.hasPrefix("http://"), text.hasSuffix(":80") { text.removeLast(3) }
        if text.hasPrefix("https://"), text.hasSuffix(":443") { text.removeLast(4) }
        return text
    }

    /// The host without its port.
    private static func name(ofHost host: String) -> String {
        let bracket = host.hasPrefix("[") ? host.firstIndex(of: "]") : nil
        guard let colon = host[(bracket ?? host.startIndex)...].lastIndex(of: ":") else { return host }
        // What stands behind the last colon is a port, or the whole is no host of ours.
        guard host[host.index(after: colon)...].allSatisfy(\.isNumber) else { return host }
        return String(host[..<colon])
    }

    private static func isLoopback(_ name: String) -> Bool {
        if name == "localhost" || name == "[::1]" || name.hasSuffix(".localhost") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
