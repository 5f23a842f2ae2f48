package import CAASProtocol

/// One of the tenants that a file lists (R63).
package struct TenantEntry: Sendable, Hashable {
    package var id: TenantID
    /// The file with the tenant's secret, in the rules of the setting `jwtSecretFile`.
    package var jwtSecretFile: String?
    /// The file with the public keys of the tenant's issuer; one of the two stands there.
    package var jwksFile: String?
    package var audience: String?
    package var issuer: String?
    package var allowedOrigins: [String]

    package init(
        id: TenantID,
        jwtSecretFile: String? = nil,
        jwksFile: String? = nil,
        audience: String? = nil,
        issuer: String? = nil,
        allowedOrigins: [String] = []
    ) {
        self.id = id
        self.jwtSecretFile = jwtSecretFile
        self.jwksFile = jwksFile
        self.audience = audience
        self.issuer = issuer
        self.allowedOrigins = allowedOrigins
    }
}

/// A tenant as it stands in the file, decoded as far as it makes sense.
struct TenantDraft: Decodable {
    private static let names = ["id", "jwtSecretFile", "jwksFile", "audience", "issuer", "allowedOrigins"]

    /// Nil where something is missing or wrong.
    private(set) var entry: TenantEntry?
    /// What is wrong, a sentence each.
    private(set) var problems: [String] = []

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: MemberName.self)
        for name in members.allKeys.map(\.stringValue).sorted() where !Self.names.contains(name) {
            problems.append("`\(name)` is no setting of a tenant.")
        }
        let id: String? = read(members, "id", "a text")
        let file: String? = read(members, "jwtSecretFile", "a text")
        let keySet: String? = read(members, "jwksFile", "a text")
        let audience: String? = read(members, "audience", "a text")
        let issuer: String? = read(members, "issuer", "a text")
        let origins: [String]? = read(members, "allowedOrigins", "a list of texts")
        for (name, text) in [("audience", audience), ("issuer", issuer)] where text == "" {
            problems.append("`\(name)` must not be empty.")
        }
        let given = ["jwtSecretFile", "jwksFile"].count { (try? !members.decodeNil(forKey: MemberName($0))) ?? false }
        if given != 1 || file == "" || keySet == "" {
            problems.append("`jwtSecretFile` or `jwksFile` must be there, one of them: each tenant has its own keys.")
        }
        guard let id = TenantID(id ?? "") else {
            problems.append("`id` must be 1 to 128 letters, digits, `.`, `_`, `:` or `-`.")
            return
        }
        guard problems.isEmpty else { return }
        entry = TenantEntry(
            id: id,
            jwtSecretFile: file,
            jwksFile: keySet,
            audience: audience,
            issuer: issuer,
            allowedOrigins: origins ?? []
        )
    }

    private mutating func read<Value: Decodable>(
        _ members: KeyedDecodingContainer<MemberName>,
        _ name: String,
        _ wants: String
    ) -> Value? {
        do { return try members.decodeIfPresent(Value.self, forKey: MemberName(name)) } catch {
            problems.append("`\(name)` must be \(wants).")
            return nil
        }
    }
}
