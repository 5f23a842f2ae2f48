import CAASProtocol
import Chat
import JWTKit

/// The claims that this service knows (R56).
///
/// A wrong claim does not end the decoding, it is kept as ``fault``: which key to check the signature with stands in `tid`,
/// and before the signature is checked no other claim means anything.
struct TokenClaims: JWTPayload {
    enum Claim: String, CodingKey {
        case tid
        case sub
        case exp
        case iat
        case nbf
        case aud
        case iss
        case scope
        case name
        case picture
        case dev
        case jti
    }

    var tenant: TenantID?
    var user: UserID?
    /// Seconds since 1970, as all times here.
    var expires: Double?
    var issued: Double?
    var notBefore: Double?
    var audiences: [String]?
    var issuer: String?
    var scope: String?
    var name: String?
    var picture: String?
    var device: String?
    var id: String?
    /// The first claim that is wrong by itself; `tid` comes before all others.
    private(set) var fault: TokenFault?

    init(user: UserID, tenant: TenantID, issued: Int64, expires: Int64) {
        self.user = user
        self.tenant = tenant
        self.issued = Double(issued)
        self.expires = Double(expires)
    }

    init(from decoder: any Decoder) throws {
        var claims = ClaimReader(try decoder.container(keyedBy: Claim.self))
        tenant = claims.text(.tid, TenantID.init)
        user = claims.text(.sub) { UserID($0).flatMap { $0.namesKey ? nil : $0 } }
        claims.require(.sub, user)
        expires = claims.time(.exp)
        claims.require(.exp, expires)
        issued = claims.time(.iat)
        notBefore = claims.time(.nbf)
        audiences = claims.texts(.aud)
        issuer = claims.text(.iss)
        scope = claims.text(.scope)
        name = claims.text(.name) { Self.excess(ofName: $0) == nil ? $0 : nil }
        picture = claims.text(.picture) { Self.isPicture($0) ? $0 : nil }
        device = claims.text(.dev) { Self.isDevice($0) ? $0 : nil }
        id = claims.text(.jti)
        fault = claims.fault
    }

    // MARK: What others see of a user is as long, and as harmless, as what the API takes (R26)

    /// The characters of a name that is too long.
    static func excess(ofName name: String) -> Int? {
        let size = name.unicodeScalars.count
        return size > FrameLimits().nameCharacters ? size : nil
    }

    /// Whether a device may be called so.
    static func isDevice(_ id: String) -> Bool { (1...128).contains(id.utf8.count) }

    private static func isPicture(_ url: String) -> Bool {
        url.unicodeScalars.count <= FrameLimits().urlCharacters
            && (url.utf8.starts(with: "https://".utf8) || url.utf8.starts(with: "http://".utf8))
    }

    func encode(to encoder: any Encoder) throws {
        var claims = encoder.container(keyedBy: Claim.self)
        try claims.encodeIfPresent(user?.rawValue, forKey: .sub)
        try claims.encodeIfPresent(tenant?.rawValue, forKey: .tid)
        try claims.encodeIfPresent(issued, forKey: .iat)
        try claims.encodeIfPresent(expires, forKey: .exp)
        try claims.encodeIfPresent(audiences?.first, forKey: .aud)
        try claims.encodeIfPresent(issuer, forKey: .iss)
        try claims.encodeIfPresent(scope, forKey: .scope)
        try claims.encodeIfPresent(name, forKey: .name)
        try claims.encodeIfPresent(device, forKey: .dev)
    }

    /// Nothing: ``TokenAuthority`` checks the claims, with the time passed in.
    func verify(using algorithm: some JWTAlgorithm) {}
}
