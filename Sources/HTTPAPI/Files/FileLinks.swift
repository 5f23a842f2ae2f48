import CAASProtocol
import Crypto
import Foundation

/// Links that open a file without a token, for a while (R53): an `<img>` can send none.
///
/// The tenant and the file stand in the link in the clear, and are signed together with its end.
package struct FileLinks: Sendable {
    /// How long a link is good.
    static let life = Duration.seconds(3_600)

    private let key: SymmetricKey
    /// What stands before the path; empty makes links for the page's own origin.
    private let base: String

    /// - Parameters:
    ///   - key: Secret; another one makes all links bad.
    ///   - publicURL: The service's address as others see it, such as `https://chat.example`.
    package init(key: [UInt8], publicURL: String?) {
        self.key = SymmetricKey(data: key)
        let address = publicURL ?? ""
        base = address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// - Parameter end: Unix milliseconds.
    func url(of file: FileID, tenant: TenantID, until end: Int64) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Self.signed(file, tenant, end), using: key)
        let text = Data(code).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        // Neither id has a character that a query would read otherwise.
        return "\(base)/v1/files/\(file)?tenant=\(tenant)&expires=\(end)&signature=\(text)"
    }

    /// The tenant whose file a link opens, `NOT_FOUND` or `AUTH_INVALID` for one that was not made here, `TOKEN_EXPIRED` after its end.
    ///
    /// - Parameter now: Unix milliseconds.
    func tenant(opening file: FileID, by query: QueryString, now: Int64) throws(SpecError) -> TenantID {
        guard let tenant = query["tenant"].flatMap({ TenantID($0) }), let end = query["expires"].flatMap({ Int64($0) }),
            let code = query["signature"].flatMap(Self.code),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.signed(file, tenant, end), using: key)
        else { throw SpecError(.authInvalid, field: "signature", reason: "signature") }
        guard now < end else { throw SpecError(.tokenExpired, field: "expires") }
        return tenant
    }

    private static func signed(_ file: FileID, _ tenant: TenantID, _ end: Int64) -> Data {
        // None of the three has a line feed.
        Data("file\n\(tenant)\n\(file)\n\(end)".utf8)
    }

    private static func code(_ text: String) -> Data? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
    }
}
