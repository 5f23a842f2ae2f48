import CAASProtocol
import Gateway
import HTTPAPI

/// What must hold before the service starts; nothing here changes anything.
extension ServerConfiguration {
    /// Refuses what is unsafe or makes no sense, all of it at once.
    package func check() throws(ConfigurationError) {
        let problems =
            environmentProblems + portProblems + tenantProblems + nameProblems + secretProblems
            + callProblems
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }

    private var environmentProblems: [String] {
        switch environment {
        case .development:
            guard !isLoopback, !allowRemoteDevelopment else { return [] }
            return [
                "Development signs anyone in, so it listens on this machine alone: use a loopback `host`, "
                    + "or say `allowRemoteDevelopment`."
            ]
        case .production:
            var problems: [String] = []
            if tenants.isEmpty, jwtSecretFile == nil, jwksFile == nil {
                problems.append(
                    "Production needs a secret or public keys: set `jwtSecretFile` or `jwksFile`, or list `tenants`."
                )
            }
            if audience == nil, tenants.isEmpty || tenants.contains(where: { $0.audience == nil }) {
                problems.append("Production needs an audience: set `audience`, or one for each tenant.")
            }
            if noRateLimits { problems.append("Production keeps its rate limits: `noRateLimits` is for tests.") }
            if conformance { problems.append("Production has no echo: `conformance` is for tests.") }
            return problems
        }
    }

    private var portProblems: [String] {
        guard let admin = ownAdminPort, admin != 0, admin == port else { return [] }
        return ["`adminPort` and `port` must differ: both are \(port)."]
    }

    private var tenantProblems: [String] {
        guard !tenants.isEmpty else { return [] }
        var problems: [String] = []
        for (name, file) in [("jwtSecretFile", jwtSecretFile), ("jwksFile", jwksFile)] where file != nil {
            problems.append("Each of the `tenants` has its own keys: `\(name)` cannot stand beside them.")
        }
        var seen: Set<TenantID> = []
        for tenant in tenants where !seen.insert(tenant.id).inserted {
            problems.append("The tenant `\(tenant.id)` is listed twice.")
        }
        return problems
    }

    private var nameProblems: [String] {
        var problems: [String] = []
        if !Self.isHost(host) { problems.append("`host` must be an address or a name, without a port.") }
        for host in publicHosts where !Self.isPublicHost(host) {
            problems.append("`publicHosts` must be names, with a port or without, and no scheme: `\(host)` is none.")
        }
        for block in trustedProxies where AddressBlock(block) == nil {
            problems.append(
                "`trustedProxies` must be addresses, or blocks such as `10.0.0.0/8` or `fd00::/8`: `\(block)` is none."
            )
        }
        for origin in allowedOrigins + tenants.flatMap(\.allowedOrigins) where !Self.isOrigin(origin) {
            problems.append(
                "`allowedOrigins` must be `scheme://host` or `scheme://host:port`, without wildcards: `\(origin)` is none."
            )
        }
        if let path = socketIOClientFile, (try? ScriptFile(path: path)) == nil {
            problems.append("The file of `socketIO.clientFile`, \(path), cannot be read, is empty, or is above 4 MiB.")
        }
        let schemes = ["http://", "https://"]
        if let publicURL, !schemes.contains(where: publicURL.hasPrefix) || !Self.isOrigin(publicURL) {
            problems.append(
                "`publicURL` must be `https://host` or `https://host:port`, without a path: `\(publicURL)` is none."
            )
        }
        if let engineCookie, !Self.isHost(engineCookie) {
            problems.append("`socketIO.cookie` must be a name of letters, digits, `-`, `_` and `.`.")
        }
        return problems
    }

    /// Reads the keys that are configured; a secret that development would make is not made here.
    private var secretProblems: [String] {
        let files =
            tenants.isEmpty ? [(jwtSecretFile, jwksFile)] : tenants.map { ($0.jwtSecretFile, $0.jwksFile) }
        let problems = files.flatMap { secret, keySet in
            Self.problems { () throws(ConfigurationError) in try Self.keys(secret: secret, keySet: keySet) }
        }
        guard problems.isEmpty, !tenants.isEmpty else { return problems }
        return Self.problems { () throws(ConfigurationError) in try tenantSettings() }
    }

    private static func problems<Value>(of attempt: () throws(ConfigurationError) -> Value) -> [String] {
        do throws(ConfigurationError) {
            _ = try attempt()
            return []
        } catch {
            return error.problems
        }
    }

    /// Whether only this machine reaches the host.
    private var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isHost(_ text: String) -> Bool {
        // Two colons and more are an IPv6 address; one would be a port.
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        return !text.isEmpty && colons != 1
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "_"), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
    }

    private static func isPublicHost(_ text: String) -> Bool {
        let isAddress = text.hasPrefix("[")
        guard let colon = text.lastIndex(of: ":"), !isAddress || !text.hasSuffix("]") else {
            return isAddress ? isHost(String(text.dropFirst().dropLast())) : isHost(text)
        }
        let name = text[..<colon]
        guard UInt16(text[text.index(after: colon)...]) != nil else { return false }
        return isAddress ? name.hasSuffix("]") && isHost(String(name.dropFirst().dropLast())) : isHost(String(name))
    }

    private static func isOrigin(_ text: String) -> Bool {
        if text == "null" { return true }
        guard let separator = text.firstRange(of: "://") else { return false }
        let scheme = text[..<separator.lowerBound]
        var rest = text[separator.upperBound...]
        if rest.last == "/" { rest.removeLast() }
        let isScheme = scheme.first?.isLetter ?? false
        return isScheme && scheme.utf8.allSatisfy { isHost(String(UnicodeScalar($0))) } && isPublicHost(String(rest))
    }
}
